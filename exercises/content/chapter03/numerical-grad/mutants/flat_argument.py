# misconception: shape-lost
# fails: test_matrix, test_step, test_black_box, test_calls, test_x_untouched, test_float32
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus, minus = x.reshape(-1).clone(), x.reshape(-1).clone()
        plus[i] += eps
        minus[i] -= eps
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad
