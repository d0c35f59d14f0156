# misconception: once-only
# fails: test_second_derivative
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.slope = torch.sigmoid(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.slope
