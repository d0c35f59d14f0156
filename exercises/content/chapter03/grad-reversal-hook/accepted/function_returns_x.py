# why: A Function may return its input as it is; neg() and mul().
import torch
from torch.autograd import Function


def reverse(x, lam):
    class Turn(Function):
        @staticmethod
        def forward(ctx, t):
            return t.clone()

        @staticmethod
        def backward(ctx, g):
            return g.neg().mul(lam)

    return Turn.apply(x)
