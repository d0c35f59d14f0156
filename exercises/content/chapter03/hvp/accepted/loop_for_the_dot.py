# why: A Python loop for g · v is slow, but it is no Hessian.
import torch


def hvp(f, x, v):
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(z), z, create_graph=True)
    dot = sum(gi * vi for gi, vi in zip(g.flatten(), v.flatten()))
    return torch.autograd.grad(dot, z)[0]
