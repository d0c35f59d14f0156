"""A matrix times a vector is a vector; a vector against a column is broadcast to a square."""


def predict(n):
    return (n,), (n, n), n * n
