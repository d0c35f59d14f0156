# misconception: in-place-otherwise
# fails: test_y


def predict(x, k, c, a, b):
    return x * k + 2 * c, False, k * a
