# misconception: zero-does-nothing
# fails: test_third


def predict(x, k):
    g = 2 * k * x
    return g, 2 * g, 3 * g, g, "error"
