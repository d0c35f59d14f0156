# misconception: loses-precision
# fails: test_same_shapes, test_float32
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        g = grad_output.float()
        grad_a, grad_b = (g * b.float()).to(a.dtype), (g * a.float()).to(b.dtype)
        return grad_a.sum_to_size(a.shape), grad_b.sum_to_size(b.shape)
