"""Gradients of any graphs add up in x.grad until it is cleared; a graph's own memory is gone after one pass."""


def predict(x, k):
    g = 2.0 * k * x
    return g, 2 * g, g, g, "error"
