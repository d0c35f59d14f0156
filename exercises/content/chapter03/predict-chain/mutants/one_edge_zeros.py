# misconception: one-edge
# fails: test_x_grad, test_y_grad, test_z_grad


def predict(x, c):
    return x + c, 0.0, 0.0
