# misconception: gradient-demanded
# fails: test_constant_operand
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        if not all(ctx.needs_input_grad):
            raise ValueError("both factors must require grad")
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return (grad_output * b).sum_to_size(a.shape), (grad_output * a).sum_to_size(b.shape)
