# misconception: one-edge
# fails: test_first, test_second, test_third, test_once, test_twice


def predict(x, k):
    g = k * x
    return g, 2 * g, g, g, 2 * g
