# misconception: copies
# fails: test_y


def predict(x, k, c, a, b):
    return x * k, False, k * a
