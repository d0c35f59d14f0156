import torch


class Mul(torch.autograd.Function):
    """Elementwise product with broadcasting. Used as y = Mul.apply(a, b)."""

    @staticmethod
    def forward(ctx, a, b):
        # Keep for backward what it will need: ctx.save_for_backward(...)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        # a, b = ctx.saved_tensors
        # Return two gradients, the first of a's shape and the second of b's.
        return grad_output, grad_output
