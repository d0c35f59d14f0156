# misconception: history-missing
# fails: test_has_grad_fn


def predict(start, target, lr):
    return False, True, False, False, True
