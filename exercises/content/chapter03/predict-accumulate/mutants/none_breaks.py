# misconception: none-breaks
# fails: test_once


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, g, "error", "error"
