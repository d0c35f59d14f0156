# misconception: whole-jacobian
# fails: test_one_backward
import torch


def vjp(f, x, v):
    J = torch.autograd.functional.jacobian(f, x.detach())
    return (v.reshape(-1) @ J.reshape(v.numel(), -1)).reshape(x.shape)
