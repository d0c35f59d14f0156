# misconception: history-missing
# fails: test_has_grad_fn, test_zero_moves


def predict(start, target, lr):
    return False, True, False, False, False
