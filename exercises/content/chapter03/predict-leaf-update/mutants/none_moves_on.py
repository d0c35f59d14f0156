# misconception: none-moves-on
# fails: test_none_moves


def predict(start, target, lr):
    return False, True, True, True, True
