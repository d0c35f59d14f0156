"""softplus as an own autograd Function, stable and twice differentiable."""

import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        # Written with differentiable operations on the saved input, so that it can be differentiated again.
        return grad_output * torch.sigmoid(x)
