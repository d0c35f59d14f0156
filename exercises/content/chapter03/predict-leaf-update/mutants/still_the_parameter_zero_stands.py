# misconception: still-the-parameter
# fails: test_is_leaf, test_has_grad_fn, test_zero_moves


def predict(start, target, lr):
    return True, True, False, False, False
