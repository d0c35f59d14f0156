# misconception: flag-left
# fails: test_leaf_x
import torch


def hvp(f, x, v):
    x.detach_()
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    return torch.autograd.grad((g * v).sum(), z)[0]
