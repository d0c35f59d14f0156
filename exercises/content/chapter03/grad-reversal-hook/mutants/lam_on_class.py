# misconception: shared-lam
# fails: test_two_calls, test_shapes
import torch


class Reverse(torch.autograd.Function):
    lam = 1.0

    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -Reverse.lam * grad


def reverse(x, lam):
    Reverse.lam = lam
    return Reverse.apply(x)
