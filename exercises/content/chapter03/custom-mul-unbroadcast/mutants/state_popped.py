# misconception: shared-state
# fails: test_two_calls
import torch

_saved = []


class Mul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        _saved.append((a, b))
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = _saved.pop()
        return (grad_output * b).sum_to_size(a.shape), (grad_output * a).sum_to_size(b.shape)
