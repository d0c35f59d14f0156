# misconception: whole-jacobian
# fails: test_exact, test_one_backward
import torch


def vjp(f, x, v):
    J = torch.func.jacfwd(f)(x.detach())
    return torch.tensordot(v, J, dims=v.dim())
