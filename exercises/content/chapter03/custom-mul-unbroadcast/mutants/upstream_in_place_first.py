# misconception: changes-inputs
# fails: test_same_shapes, test_handed_in
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a = grad_output.mul_(b).sum_to_size(a.shape)
        return grad_a, (grad_output * a).sum_to_size(b.shape)
