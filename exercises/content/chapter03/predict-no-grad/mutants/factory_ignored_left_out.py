# misconception: factory-ignored
# fails: test_p_requires_grad, test_x_grad


def predict(x, a, b):
    return True, False, True, False, a * x
