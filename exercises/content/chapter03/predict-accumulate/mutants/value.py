# misconception: value-for-gradient
# fails: test_first, test_second, test_third, test_once


def predict(x, k):
    g = k * x * x
    return g, 2 * g, g, g, "error"
