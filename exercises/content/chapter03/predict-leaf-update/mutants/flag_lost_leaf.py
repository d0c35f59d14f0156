# misconception: flag-lost
# fails: test_is_leaf, test_requires_grad


def predict(start, target, lr):
    return True, False, True, False, True
