# misconception: dtype-lost
# fails: test_float32
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros(x.shape, dtype=torch.float64)
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad
