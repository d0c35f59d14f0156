# misconception: constant-as-factor
# fails: test_x_grad


def predict(x, c):
    return c, None, None
