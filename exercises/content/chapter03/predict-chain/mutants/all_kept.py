# misconception: everyone-keeps
# fails: test_y_grad, test_z_grad


def predict(x, c):
    return 2 * (x + c), 2 * (x + c), 1.0
