# misconception: summed
# fails: test_values, test_square
import torch


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    (g,) = torch.autograd.grad(y.sum(), z)
    return g.repeat(len(y), 1)
