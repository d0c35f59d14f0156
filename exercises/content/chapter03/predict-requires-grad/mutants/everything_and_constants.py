# misconception: constants-too
# fails: test_doubled, test_positive, test_largest, test_detached, test_inferred


def predict(x, c):
    return True, True, True, True, True, True, True
