# misconception: flag-left
# fails: test_x_untouched, test_leaf_x
import torch


def hvp(f, x, v):
    x.requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    x.grad = None
    (h,) = torch.autograd.grad((g * v).sum(), x)
    return h
