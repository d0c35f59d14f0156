# misconception: number-only
# fails: test_values
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    (h,) = torch.autograd.grad((g * v).sum(), z)
    return (h * v).sum()
