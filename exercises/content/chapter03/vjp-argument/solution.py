"""autograd.grad with v as the upstream gradient, on a detached copy of x: nothing is stored anywhere."""

import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    with torch.enable_grad():
        y = f(point)
    return torch.autograd.grad(y, point, grad_outputs=v)[0]
