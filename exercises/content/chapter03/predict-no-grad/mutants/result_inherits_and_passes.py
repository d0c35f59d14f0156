# misconception: nothing-off
# fails: test_y_requires_grad, test_x_grad


def predict(x, a, b):
    return True, True, True, True, 2 * a * x + b
