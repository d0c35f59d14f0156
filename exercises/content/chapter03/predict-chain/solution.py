"""Both edges of y * y bring y back, and only the leaf x keeps what arrives."""


def predict(x, c):
    return 2.0 * (x + c), None, None
