# misconception: other-operation
# fails: test_graph
import torch


class Shifted(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x + 1) * (x + 1)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * (x + 1) * g


def build(x):
    return Shifted.apply(x)
