# misconception: value-for-gradient
# fails: test_z_grad


def predict(x, c):
    return 2 * (x + c), None, (x + c) ** 2
