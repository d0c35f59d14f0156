# misconception: only-nearest
# fails: test_x_grad, test_y_grad, test_z_grad


def predict(x, c):
    return None, 2 * (x + c), 1.0
