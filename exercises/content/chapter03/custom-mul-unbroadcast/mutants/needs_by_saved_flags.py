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
        if not (a.requires_grad and b.requires_grad):
            return None, None
        return (grad_output * b).sum_to_size(a.shape), (grad_output * a).sum_to_size(b.shape)
