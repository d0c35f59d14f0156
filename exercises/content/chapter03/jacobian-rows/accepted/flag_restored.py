# why: Works on x itself and puts its flag back.
import torch


def jac(f, x):
    had = x.requires_grad
    try:
        if not had:
            x.requires_grad_(True)
        y = f(x)
        rows = [torch.autograd.grad(y, x, v, retain_graph=True)[0] for v in torch.eye(len(y)).to(y)]
    finally:
        if not had:
            x.requires_grad_(False)
    return torch.vstack(rows)
