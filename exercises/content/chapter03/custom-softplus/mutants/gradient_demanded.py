# misconception: gradient-demanded
# fails: test_forward, test_no_grad_input
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        if not ctx.needs_input_grad[0]:
            raise ValueError("x must require grad")
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * torch.sigmoid(x)
