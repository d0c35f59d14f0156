# misconception: fills-grad
# fails: test_x_untouched, test_parameters_untouched
import torch


def vjp(f, x, v):
    flag = x.requires_grad
    x.requires_grad_()
    result = torch.autograd.grad(f(x), x, v)[0]
    x.grad = result
    x.requires_grad_(flag)
    return result
