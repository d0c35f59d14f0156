# misconception: some-dims
# fails: test_gradient_shapes
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a, grad_b = grad_output * b, grad_output * a
        while grad_a.dim() > a.dim():
            grad_a = grad_a.sum(0)
        while grad_b.dim() > b.dim():
            grad_b = grad_b.sum(0)
        for dim in range(a.dim()):
            if a.shape[dim] == 1:
                grad_a = grad_a.sum(dim, keepdim=True)
            if dim < b.dim() and b.shape[dim] == 1:
                grad_b = grad_b.sum(dim, keepdim=True)
        return grad_a, grad_b
