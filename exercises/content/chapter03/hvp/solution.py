"""Hessian times vector by going backward twice."""

import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    if not g.requires_grad:  # f is linear
        return torch.zeros_like(x)
    (h,) = torch.autograd.grad(g, z, v, materialize_grads=True)
    return h
