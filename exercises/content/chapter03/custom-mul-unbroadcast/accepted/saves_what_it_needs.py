# why: Keeps a factor only where the other one's gradient will ask for it.
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        need_a, need_b = ctx.needs_input_grad
        ctx.shapes = a.shape, b.shape
        ctx.save_for_backward(a if need_b else None, b if need_a else None)
        return a.mul(b)

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        left, right = ctx.shapes
        grad_a = None if b is None else (grad_output * b).sum_to_size(left)
        grad_b = None if a is None else (grad_output * a).sum_to_size(right)
        return grad_a, grad_b
