# misconception: all-at-once
# fails: test_matrix, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    if x.dim() == 0:
        return ((f(x + eps) - f(x - eps)) / (2 * eps)).detach()
    for i in range(len(x)):
        plus, minus = x.clone(), x.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (f(plus) - f(minus)).item() / (2 * eps)
    return grad
