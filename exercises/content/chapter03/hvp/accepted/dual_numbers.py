# why: Forward-mode autograd by hand: a dual number goes through f, its tangent is differentiated.
import torch
from torch.autograd import forward_ad


def hvp(f, x, v):
    z = x.detach().clone().requires_grad_()
    with forward_ad.dual_level():
        y = f(forward_ad.make_dual(z, v))
        slope = forward_ad.unpack_dual(y).tangent
        (h,) = torch.autograd.grad(slope, z)
    return h
