# misconception: shared-storage
# fails: test_vector, test_matrix, test_scalar, test_step, test_black_box, test_calls, test_x_untouched, test_float32, test_element
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    flat = x.view(-1)
    for i in range(flat.numel()):
        old = flat[i]
        flat[i] = old + eps
        up = f(x)
        flat[i] = old - eps
        down = f(x)
        flat[i] = old
        grad.view(-1)[i] = (up - down) / (2 * eps)
    return grad
