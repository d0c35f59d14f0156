# misconception: shape-lost
# fails: test_vector, test_matrix, test_scalar, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    slopes = []
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] += eps
        minus.view(-1)[i] -= eps
        slopes.append((f(plus) - f(minus)).item() / (2 * eps))
    return slopes
