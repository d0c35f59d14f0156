# misconception: spreads
# fails: test_z_requires_grad, test_p_requires_grad, test_x_grad


def predict(x, a, b):
    return True, False, False, False, None
