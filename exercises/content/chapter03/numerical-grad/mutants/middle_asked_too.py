# misconception: extra-calls
# fails: test_calls
import torch


def numgrad(f, x, eps=1e-6):
    f0 = f(x)
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        right, left = (f(plus) - f0) / eps, (f0 - f(minus)) / eps
        grad.view(-1)[i] = (right + left) / 2
    return grad
