# misconception: shared-state
# fails: test_fan_out, test_two_calls
import torch

_inputs = []


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        _inputs.append(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, grad_output):
        x = _inputs[-1]
        return grad_output * torch.sigmoid(x)
