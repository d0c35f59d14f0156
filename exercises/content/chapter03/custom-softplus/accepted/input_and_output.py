# why: The derivative is e^(x − y); both tensors are saved.
import torch
import torch.nn.functional as F
from torch.autograd import Function


class MySoftplus(Function):
    @staticmethod
    def forward(ctx, x):
        y = F.softplus(x)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        x, y = ctx.saved_tensors
        if not ctx.needs_input_grad[0]:
            return None
        return grad_output * torch.exp(x - y)
