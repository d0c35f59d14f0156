# misconception: ignores-upstream
# fails: test_broadcast, test_gradient_shapes
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a = grad_output.sum_to_size(a.shape) * b
        grad_b = grad_output.sum_to_size(b.shape) * a
        return grad_a.sum_to_size(a.shape), grad_b.sum_to_size(b.shape)
