# misconception: some-elements
# fails: test_vector, test_matrix, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(max(1, x.numel() - 1)):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * eps)
    return grad
