# why: The gradient of the directional derivative.
import torch


def hvp(f, x, v):
    return torch.func.grad(lambda z: torch.func.jvp(f, (z,), (v,))[1])(x)
