# why: The Hessian is symmetric, so v from the left is v from the right.
import torch


def hvp(f, x, v):
    pull = torch.func.vjp(torch.func.grad(f), x.detach())[1]
    (h,) = pull(v)
    return h
