# why: Two fresh copies for every element: simple, and nothing to restore.
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus = x.clone().reshape(-1)
        minus = x.clone().reshape(-1)
        plus[i] += eps
        minus[i] -= eps
        grad.view(-1)[i] = (f(plus.reshape(x.shape)) - f(minus.reshape(x.shape))) / (2 * eps)
    return grad
