# misconception: always-fails
# fails: test_second, test_third


def predict(x, k):
    g = 2 * k * x
    return g, "error", "error", g, "error"
