# misconception: special-square
# fails: test_same_tensor
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.is_square = a is b
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        if ctx.is_square:
            return grad_output * a, None
        return (grad_output * b).sum_to_size(a.shape), (grad_output * a).sum_to_size(b.shape)
