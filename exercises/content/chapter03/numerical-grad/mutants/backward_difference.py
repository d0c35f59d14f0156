# misconception: one-sided
# fails: test_step, test_black_box, test_calls, test_x_untouched, test_float32
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        minus = x.clone()
        minus.view(-1)[i] -= eps
        grad.view(-1)[i] = (f(x) - f(minus)) / eps
    return grad
