# misconception: own-step
# fails: test_step, test_calls
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        h = eps * max(1.0, abs(x.reshape(-1)[i].item()))
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += h
        minus.view(-1)[i] -= h
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * h)
    return grad
