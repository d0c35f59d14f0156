# misconception: diagonal
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    (g,) = torch.autograd.grad(y, z, torch.ones_like(y))
    return torch.eye(len(y), len(x), dtype=x.dtype) * g
