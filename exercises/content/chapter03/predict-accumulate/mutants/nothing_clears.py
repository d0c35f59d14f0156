# misconception: zero-does-nothing
# fails: test_third, test_once


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, 3 * g, 4 * g, "error"
