# misconception: value-for-gradient
# fails: test_x_grad


def predict(x, k, c, a, b):
    return x * k + c, False, (x * k + c) * a
