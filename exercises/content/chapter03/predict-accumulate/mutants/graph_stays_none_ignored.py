# misconception: graph-stays
# fails: test_once, test_twice


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, g, 2 * g, 3 * g
