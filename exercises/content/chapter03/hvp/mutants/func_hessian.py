# misconception: full-hessian
# fails: test_no_hessian
import torch


def hvp(f, x, v):
    H = torch.func.hessian(f)(x.detach())
    return (H.reshape(x.numel(), x.numel()) @ v.reshape(-1)).reshape(x.shape)
