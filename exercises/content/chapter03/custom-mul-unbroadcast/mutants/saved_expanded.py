# misconception: once-only
# fails: test_second_order
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.shapes = a.shape, b.shape
        ctx.save_for_backward(*torch.broadcast_tensors(a, b))
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        left, right = ctx.shapes
        return (grad_output * b).sum_to_size(left), (grad_output * a).sum_to_size(right)
