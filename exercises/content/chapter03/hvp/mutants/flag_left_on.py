# misconception: flag-left
# fails: test_x_untouched
import torch


def hvp(f, x, v):
    x.requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad((g * v).sum(), x)[0]
