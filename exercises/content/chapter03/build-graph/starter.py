import torch


def build(x):
    """Return z = (x + 1) * (x + 1) with one shared Add node and one Mul node behind it.

    x  scalar leaf tensor with requires_grad=True
    """
    return (x + 1) ** 2  # The right number, but is it the right graph?
