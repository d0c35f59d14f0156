# misconception: round-unrecorded
# fails: test_positive, test_rounded


def predict(x, c):
    return True, False, True, False, False, False, False
