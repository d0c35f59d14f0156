# misconception: difference-quotient
# fails: test_sum_backward, test_float32
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        near = torch.logaddexp(x, torch.zeros_like(x))
        far = torch.logaddexp(x + 1e-6, torch.zeros_like(x))
        return grad_output * (far - near) / 1e-6
