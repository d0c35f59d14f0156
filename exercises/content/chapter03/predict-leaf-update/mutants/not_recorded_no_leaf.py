# misconception: not-recorded
# fails: test_requires_grad, test_has_grad_fn


def predict(start, target, lr):
    return False, False, False, False, True
