# misconception: root-keeps
# fails: test_x_grad, test_z_grad


def predict(x, c):
    return None, None, 1.0
