# why: Finds the repeated dimensions and sums over all of them at once.
import torch


def unbroadcast(grad, shape):
    """Sum `grad` over every dimension in which a tensor of `shape` was repeated."""
    missing = grad.dim() - len(shape)
    repeated = [dim for dim in range(grad.dim()) if dim < missing or shape[dim - missing] == 1]
    if repeated:
        grad = grad.sum(repeated, keepdim=True)
    return grad.reshape(shape)


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        grad_a = unbroadcast(grad_output * b, a.shape) if need_a else None
        grad_b = unbroadcast(grad_output * a, b.shape) if need_b else None
        return grad_a, grad_b
