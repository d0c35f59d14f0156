# misconception: x-changed
# fails: test_x_untouched, test_parameters_untouched
import torch


def vjp(f, x, v):
    x.requires_grad_()
    return torch.autograd.grad(f(x), x, v)[0]
