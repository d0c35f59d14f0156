# misconception: parameters-changed
# fails: test_parameters_untouched
import torch


def vjp(f, x, v):
    params = list(f.parameters()) if isinstance(f, torch.nn.Module) else []
    for param in params:
        param.requires_grad_(False)
    point = x.detach().requires_grad_()
    f(point).backward(v)
    for param in params:
        param.requires_grad_(True)
    return point.grad
