# misconception: comparison-recorded
# fails: test_positive


def predict(x, c):
    return True, False, True, False, True, False, False
