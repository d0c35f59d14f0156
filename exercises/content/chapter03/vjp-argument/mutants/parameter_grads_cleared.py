# misconception: fills-grad
# fails: test_parameters_untouched
import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    f(point).backward(v)
    if isinstance(f, torch.nn.Module):
        f.zero_grad()
    return point.grad
