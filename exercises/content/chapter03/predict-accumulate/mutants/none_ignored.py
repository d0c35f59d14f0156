# misconception: zero-does-nothing
# fails: test_once


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, g, 2 * g, "error"
