# misconception: flag-left
# fails: test_x_untouched
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    v.requires_grad_()
    (h,) = torch.autograd.grad((g * v).sum(), z)
    return h
