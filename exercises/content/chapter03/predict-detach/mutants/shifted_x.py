# misconception: in-place-otherwise
# fails: test_y


def predict(x, k, c, a, b):
    return x + c, False, k * a
