# why: Flattened, an inner product; and the graph of x's own is used if there is one.
import torch


def vjp(f, x, v):
    had = x.requires_grad
    if not had:
        x.requires_grad_()
    try:
        y = f(x)
        return torch.autograd.grad(torch.dot(y.reshape(-1), v.reshape(-1)), x)[0]
    finally:
        if not had:
            x.requires_grad_(False)
