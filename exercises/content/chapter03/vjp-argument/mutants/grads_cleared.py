# misconception: x-changed
# fails: test_x_untouched
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    result = torch.autograd.grad(f(point), point, v)[0]
    x.grad = None
    return result
