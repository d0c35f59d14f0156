# misconception: constants-too
# fails: test_doubled, test_positive, test_largest


def predict(x, c):
    return True, True, True, True, True, False, False
