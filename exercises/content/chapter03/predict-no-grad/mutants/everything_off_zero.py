# misconception: everything-off
# fails: test_x_requires_grad, test_z_requires_grad, test_p_requires_grad, test_x_grad


def predict(x, a, b):
    return False, False, False, False, 0.0
