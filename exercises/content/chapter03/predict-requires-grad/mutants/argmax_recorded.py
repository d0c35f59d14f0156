# misconception: argmax-recorded
# fails: test_largest


def predict(x, c):
    return True, False, False, True, True, False, False
