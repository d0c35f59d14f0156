# misconception: one-edge
# fails: test_x_grad


def predict(x, c):
    return x + c, None, None
