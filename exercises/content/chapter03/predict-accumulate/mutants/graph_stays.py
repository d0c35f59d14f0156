# misconception: graph-stays
# fails: test_twice


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, g, g, 2 * g
