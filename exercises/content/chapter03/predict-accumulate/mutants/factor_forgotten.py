# misconception: factor-forgotten
# fails: test_first, test_second, test_third, test_once


def predict(x, k):
    g = 2 * x
    return g, 2 * g, g, g, "error"
