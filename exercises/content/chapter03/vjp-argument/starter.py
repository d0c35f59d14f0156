import torch


def vjp(f, x, v):
    """The vector-Jacobian product vᵀJ of f at x.

    f  differentiable function, perhaps a network
    x  tensor of any shape, with or without requires_grad; stays as it is
    v  tensor of the shape of f(x)
    returns a tensor of the shape of x
    """
    y = f(x)
    y.sum().backward()  # where does v come in, and whose .grad is filled here?
    return x.grad
