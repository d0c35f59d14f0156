# misconception: whole-jacobian
# fails: test_one_backward
import torch


def vjp(f, x, v):
    J = torch.func.jacrev(f)(x.detach())
    return torch.tensordot(v, J, dims=v.dim())
