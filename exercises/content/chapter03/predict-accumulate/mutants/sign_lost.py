# misconception: sign-lost
# fails: test_first, test_second, test_third, test_once


def predict(x, k):
    g = abs(2.0 * k * x)
    return g, 2 * g, g, g, "error"
