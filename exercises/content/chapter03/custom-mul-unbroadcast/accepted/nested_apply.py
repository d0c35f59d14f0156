# why: backward multiplies with Mul itself, which makes it differentiable as often as one likes.
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
        ga = gb = None
        if ctx.needs_input_grad[0]:
            ga = unbroadcast(Mul.apply(grad_output, b), a.shape)
        if ctx.needs_input_grad[1]:
            gb = unbroadcast(Mul.apply(grad_output, a), b.shape)
        return ga, gb
