# misconception: flag-lost
# fails: test_requires_grad


def predict(start, target, lr):
    return False, False, True, False, True
