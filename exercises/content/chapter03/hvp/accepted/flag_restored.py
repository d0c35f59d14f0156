# why: Works on x itself and puts its flag back.
import torch


def hvp(f, x, v):
    flag = x.requires_grad
    if not flag:
        x.requires_grad_(True)
    try:
        g = torch.autograd.grad(f(x), x, create_graph=True)[0]
        return torch.autograd.grad(g, x, grad_outputs=v)[0]
    finally:
        if not flag:
            x.requires_grad_(False)
