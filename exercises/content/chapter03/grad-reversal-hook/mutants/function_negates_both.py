# misconception: forward-changed
# fails: test_forward, test_other_branch, test_no_gradient_needed, test_any_lam, test_shapes, test_float32
import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return -lam * x

    @staticmethod
    def backward(ctx, grad):
        return -ctx.lam * grad, None


def reverse(x, lam):
    return Reverse.apply(x, lam)
