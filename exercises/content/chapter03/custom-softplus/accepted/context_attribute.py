# why: ctx.x works as well; that changes in place go unnoticed is worth advice.
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return torch.logaddexp(x, torch.tensor(0.0, dtype=x.dtype))

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.x.sigmoid()
