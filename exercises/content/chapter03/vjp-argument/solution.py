"""autograd.grad with v as the upstream gradient, on a detached copy of x: nothing is stored anywhere."""

import torch


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    return torch.autograd.grad(f(point), point, grad_outputs=v)[0]
