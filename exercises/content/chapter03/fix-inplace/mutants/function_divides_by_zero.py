# misconception: own-backward
# fails: test_any_factor
import torch


class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        out = k * torch.sigmoid(x)
        ctx.save_for_backward(out)
        ctx.k = k
        return out

    @staticmethod
    def backward(ctx, grad_output):
        (out,) = ctx.saved_tensors
        return grad_output * out * (1 - out / ctx.k), None


def scaled_sigmoid(x, k):
    return Scaled.apply(x, k)
