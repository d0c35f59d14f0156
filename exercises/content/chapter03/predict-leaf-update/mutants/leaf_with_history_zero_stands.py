# misconception: leaf-with-history
# fails: test_is_leaf, test_zero_moves


def predict(start, target, lr):
    return True, True, True, False, False
