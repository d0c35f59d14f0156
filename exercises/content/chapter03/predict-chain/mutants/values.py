# misconception: value-for-gradient
# fails: test_x_grad, test_y_grad, test_z_grad


def predict(x, c):
    return x, x + c, (x + c) ** 2
