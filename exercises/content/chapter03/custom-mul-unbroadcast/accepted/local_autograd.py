# why: Asks autograd for the gradients of the product; the recorded graph makes it differentiable again.
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        with torch.enable_grad():
            a, b = (item if item.requires_grad else item.detach().requires_grad_() for item in ctx.saved_tensors)
            a, b = a.view_as(a), b.view_as(b)
            return torch.autograd.grad(a * b, (a, b), grad_output, create_graph=True)
