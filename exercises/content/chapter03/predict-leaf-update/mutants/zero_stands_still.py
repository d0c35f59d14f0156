# misconception: zero-stands-still
# fails: test_zero_moves


def predict(start, target, lr):
    return False, True, True, False, False
