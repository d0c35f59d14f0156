# misconception: not-recorded
# fails: test_is_leaf, test_requires_grad, test_has_grad_fn, test_none_moves, test_zero_moves


def predict(start, target, lr):
    return True, False, False, True, False
