# misconception: constant-as-factor
# fails: test_x_grad


def predict(x, c):
    return 2 * (x + c) + c, None, None
