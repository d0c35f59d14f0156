# misconception: all-at-once
# fails: test_vector, test_matrix, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    return torch.full_like(x, (f(x + eps) - f(x - eps)).item() / (2 * eps))
