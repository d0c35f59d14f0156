"""The elementwise product as an own autograd Function: gradients are summed back to the inputs' shapes."""

import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        # sum_to_size sums over every dimension in which the input was repeated: missing ones and those of size 1.
        grad_a = (grad_output * b).sum_to_size(a.shape) if need_a else None
        grad_b = (grad_output * a).sum_to_size(b.shape) if need_b else None
        return grad_a, grad_b
