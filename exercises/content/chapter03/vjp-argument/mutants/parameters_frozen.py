# misconception: parameters-changed
# fails: test_parameters_untouched
import torch


def vjp(f, x, v):
    if isinstance(f, torch.nn.Module):
        f.requires_grad_(False)
    point = x.detach().requires_grad_()
    f(point).backward(v)
    return point.grad
