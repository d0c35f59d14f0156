# why: A full backward hook on a module made for this call.
import torch
from torch import nn


class Rev(nn.Module):
    def __init__(self, lam):
        super().__init__()
        self.lam = lam

    def forward(self, x):
        return x + 0


def reverse(x, lam):
    m = Rev(lam)
    m.register_full_backward_hook(lambda mod, gi, go: (-mod.lam * go[0],))
    return m(x)
