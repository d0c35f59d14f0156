# misconception: rescaled
# fails: test_step
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        grad.view(-1)[i] = ((f(plus) - f(minus)).detach() / (2 * eps)).clamp(-1000, 1000)
    return grad
