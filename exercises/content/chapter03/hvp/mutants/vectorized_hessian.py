# misconception: full-hessian
# fails: test_no_hessian
import torch


def hvp(f, x, v):
    H = torch.autograd.functional.hessian(f, x.detach(), vectorize=True)
    return torch.tensordot(H, v, dims=v.dim())
