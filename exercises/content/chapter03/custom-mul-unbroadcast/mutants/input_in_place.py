# misconception: changes-inputs
# fails: test_handed_in
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a.clone(), b)
        if a.shape == torch.broadcast_shapes(a.shape, b.shape):
            return a.data.mul_(b).clone()
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        return (grad_output * b).sum_to_size(a.shape), (grad_output * a).sum_to_size(b.shape)
