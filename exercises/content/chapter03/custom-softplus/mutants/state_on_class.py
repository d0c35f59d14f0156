# misconception: shared-state
# fails: test_fan_out, test_two_calls
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        MySoftplus.x = x
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        x = MySoftplus.x
        return grad_output * torch.sigmoid(x)
