# misconception: no-function
# fails: test_own_function
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return grad_output * b, grad_output * a

    @classmethod
    def apply(cls, a, b):
        return super().apply(*torch.broadcast_tensors(a, b))
