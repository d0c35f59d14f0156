# misconception: shape-lost
# fails: test_matrix, test_scalar, test_calls, test_x_untouched, test_element
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    if x.dim() == 1:
        for i in range(x.shape[0]):
            e = torch.zeros_like(x)
            e[i] = eps
            grad[i] = (f(x + e) - f(x - e)) / (2 * eps)
        return grad
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = torch.zeros_like(x)
            e[i, j] = eps
            grad[i, j] = (f(x + e) - f(x - e)) / (2 * eps)
    return grad
