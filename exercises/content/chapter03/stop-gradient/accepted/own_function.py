# why: A stop-gradient Function of one's own.
import torch


class Stop(torch.autograd.Function):
    @staticmethod
    def forward(ctx, t):
        return t.clone()

    @staticmethod
    def backward(ctx, grad):
        return None


def consistency(f, x, noise):
    return (f(x + noise) - Stop.apply(f(x))).square().mean()
