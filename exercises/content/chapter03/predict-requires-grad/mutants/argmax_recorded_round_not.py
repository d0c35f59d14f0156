# misconception: argmax-recorded
# fails: test_largest, test_rounded


def predict(x, c):
    return True, False, False, True, False, False, False
