# misconception: flag-left
# fails: test_leaf_x
import torch


def hvp(f, x, v):
    z = x if x.is_leaf else x.detach()
    z.requires_grad_(True)
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    (h,) = torch.autograd.grad((g * v).sum(), z)
    z.requires_grad_(False)
    return h
