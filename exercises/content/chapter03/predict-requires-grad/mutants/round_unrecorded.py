# misconception: round-unrecorded
# fails: test_rounded


def predict(x, c):
    return True, False, False, False, False, False, False
