# misconception: pollutes-grad
# fails: test_leaf_x
import torch


def hvp(f, x, v):
    was = x.requires_grad
    z = x if x.is_leaf else x.detach()
    z.requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    (h,) = torch.autograd.grad((g * v).sum(), z)
    if x.is_leaf:
        x.requires_grad_(was)
        x.grad = None
    return h
