# misconception: wrong-dims
# fails: test_broadcast, test_gradient_shapes
import torch


def unbroadcast(grad, shape):
    return grad.reshape(-1, shape.numel()).sum(0).reshape(shape)


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return unbroadcast(grad_output * b, a.shape), unbroadcast(grad_output * a, b.shape)
