# misconception: wrong-way-round
# fails: test_is_leaf, test_has_grad_fn, test_none_moves, test_zero_moves


def predict(start, target, lr):
    return True, True, False, True, False
