# misconception: through-both
# fails: test_y, test_x_grad


def predict(x, k, c, a, b):
    return x * k, False, k * (a + b)
