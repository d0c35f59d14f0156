# misconception: constant-lost
# fails: test_x_grad


def predict(x, c):
    return 2 * x + c, None, None
