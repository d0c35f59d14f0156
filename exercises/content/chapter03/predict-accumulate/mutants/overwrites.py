# misconception: overwrites
# fails: test_second


def predict(x, k):
    g = 2 * k * x
    return g, g, g, g, "error"
