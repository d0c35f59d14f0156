# misconception: some-dims
# fails: test_gradient_shapes
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a, grad_b = grad_output * b, grad_output * a
        if a.dim() < b.dim():
            grad_a = grad_a.sum_to_size(a.shape)
        if b.dim() < a.dim():
            grad_b = grad_b.sum_to_size(b.shape)
        return grad_a, grad_b
