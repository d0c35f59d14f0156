# misconception: new-graph-new-gradient
# fails: test_second, test_twice


def predict(x, k):
    g = 2 * k * x
    return g, g, g, g, 2 * g
