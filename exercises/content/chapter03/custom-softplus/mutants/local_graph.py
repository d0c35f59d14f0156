# misconception: once-only
# fails: test_sum_backward, test_second_derivative
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            inner = x.detach().requires_grad_()
            y = torch.nn.functional.softplus(inner)
        (slope,) = torch.autograd.grad(y.sum(), inner)
        return grad_output * slope
