# misconception: root-keeps
# fails: test_z_grad


def predict(x, c):
    return 2 * (x + c), None, 1.0
