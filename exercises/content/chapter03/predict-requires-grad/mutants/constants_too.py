# misconception: constants-too
# fails: test_doubled


def predict(x, c):
    return True, True, False, False, True, False, False
