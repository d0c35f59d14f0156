# why: All rows at once, by the older module.
import torch


def jac(f, x):
    return torch.autograd.functional.jacobian(f, x.detach().clone(), vectorize=True)
