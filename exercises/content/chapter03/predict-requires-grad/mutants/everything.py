# misconception: all-inherit
# fails: test_positive, test_largest, test_detached, test_inferred


def predict(x, c):
    return True, False, True, True, True, True, True
