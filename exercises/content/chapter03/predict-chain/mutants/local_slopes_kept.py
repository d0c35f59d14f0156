# misconception: local-slope
# fails: test_x_grad, test_y_grad, test_z_grad


def predict(x, c):
    return 1.0, 2 * (x + c), 1.0
