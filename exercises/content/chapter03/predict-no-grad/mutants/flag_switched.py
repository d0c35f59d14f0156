# misconception: flag-switched
# fails: test_x_requires_grad


def predict(x, a, b):
    return False, False, True, True, a * x + b
