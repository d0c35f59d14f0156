# why: sigmoid written with tanh, logsumexp for the forward pass.
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logsumexp(torch.stack([x, torch.zeros_like(x)]), dim=0)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (1 + torch.tanh(x / 2)) / 2
