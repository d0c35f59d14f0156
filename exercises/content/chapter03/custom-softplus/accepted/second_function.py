# why: The derivative is a Function of its own, with its own backward.
import torch


class Slope(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, g):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s, g)
        return s * g

    @staticmethod
    def backward(ctx, v):
        s, g = ctx.saved_tensors
        return v * g * s * (1 - s), v * s


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return -torch.nn.functional.logsigmoid(-x)

    @staticmethod
    def backward(ctx, grad_output):
        return Slope.apply(ctx.saved_tensors[0], grad_output)
