# misconception: flag-switched
# fails: test_x_requires_grad, test_p_requires_grad


def predict(x, a, b):
    return False, False, True, False, a * x + b
