# misconception: wrong-dims
# fails: test_same_shapes, test_broadcast
import torch


def unbroadcast(grad, shape):
    return grad.sum(0).expand(shape) if grad.dim() > 1 else grad


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return unbroadcast(grad_output * b, a.shape), unbroadcast(grad_output * a, b.shape)
