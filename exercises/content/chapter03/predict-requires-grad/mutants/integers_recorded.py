# misconception: integers-recorded
# fails: test_positive, test_largest


def predict(x, c):
    return True, False, True, True, True, False, False
