# misconception: special-square
# fails: test_same_tensor
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.is_shared = a.data_ptr() == b.data_ptr()
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_b = None if ctx.is_shared else (grad_output * a).sum_to_size(b.shape)
        return (grad_output * b).sum_to_size(a.shape), grad_b
