# misconception: in-place-hook
# fails: test_upstream_unchanged
import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return grad.neg_().mul_(ctx.lam), None


def reverse(x, lam):
    return Reverse.apply(x, lam)
