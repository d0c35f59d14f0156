# misconception: overwrites
# fails: test_second, test_twice


def predict(x, k):
    g = 2 * k * x
    return g, g, g, g, g
