# misconception: constant-lost
# fails: test_x_grad, test_y_grad, test_z_grad


def predict(x, c):
    return 2 * x, 2 * x, 1.0
