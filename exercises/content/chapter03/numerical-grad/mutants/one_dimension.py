# misconception: shape-lost
# fails: test_matrix, test_scalar, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros(len(x), dtype=x.dtype)
    for i in range(len(x)):
        plus, minus = x.clone(), x.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad
