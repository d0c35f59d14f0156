# misconception: one-gradient
# fails: test_constant_operand
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        need_b, need_a = ctx.needs_input_grad
        grad_a = (grad_output * b).sum_to_size(a.shape) if need_a else None
        grad_b = (grad_output * a).sum_to_size(b.shape) if need_b else None
        return grad_a, grad_b
