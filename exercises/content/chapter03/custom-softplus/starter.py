import torch


class MySoftplus(torch.autograd.Function):
    """softplus(x) = log(1 + e^x), elementwise. Used as y = MySoftplus.apply(x)."""

    @staticmethod
    def forward(ctx, x):
        # Keep for backward what it will need: ctx.save_for_backward(...)
        # Careful: torch.exp(800.0) is inf.
        return torch.log(1 + torch.exp(x))

    @staticmethod
    def backward(ctx, grad_output):
        # (x,) = ctx.saved_tensors
        # Return the gradient for x: the upstream gradient times the local derivative.
        return grad_output
