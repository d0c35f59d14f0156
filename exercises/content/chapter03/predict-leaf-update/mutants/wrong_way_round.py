# misconception: wrong-way-round
# fails: test_none_moves, test_zero_moves


def predict(start, target, lr):
    return False, True, True, True, False
