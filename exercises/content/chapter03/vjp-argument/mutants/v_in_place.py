# misconception: x-changed
# fails: test_x_untouched
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    y = f(point)
    result = torch.autograd.grad(y, point, v)[0]
    v.mul_(y.detach())
    return result
