# misconception: zero-not-none
# fails: test_y_grad, test_z_grad


def predict(x, c):
    return 2 * (x + c), 0.0, 0.0
