# why: −lam · x, and a detached rest that makes up the value.
import torch


def reverse(x, lam):
    s = -lam * x
    return s + (x - s).detach()
