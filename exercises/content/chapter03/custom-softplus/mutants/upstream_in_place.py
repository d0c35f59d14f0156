# misconception: changes-upstream
# fails: test_second_derivative, test_handed_in
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output.mul_(torch.sigmoid(x)) if 0 not in grad_output.stride() else grad_output * torch.sigmoid(x)
