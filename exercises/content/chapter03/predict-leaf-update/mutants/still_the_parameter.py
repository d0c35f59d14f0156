# misconception: still-the-parameter
# fails: test_is_leaf, test_has_grad_fn


def predict(start, target, lr):
    return True, True, False, False, True
