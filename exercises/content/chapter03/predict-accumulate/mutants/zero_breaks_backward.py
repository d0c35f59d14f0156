# misconception: zero-stays
# fails: test_third


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, "error", g, "error"
