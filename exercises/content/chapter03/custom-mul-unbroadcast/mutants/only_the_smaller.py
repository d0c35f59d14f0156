# misconception: some-dims
# fails: test_gradient_shapes
import torch


def unbroadcast(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(0)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a, grad_b = grad_output * b, grad_output * a
        if a.numel() < b.numel():
            grad_a = unbroadcast(grad_a, a.shape)
        elif b.numel() < a.numel():
            grad_b = unbroadcast(grad_b, b.shape)
        return grad_a, grad_b
