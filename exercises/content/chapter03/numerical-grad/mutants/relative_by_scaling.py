# misconception: own-step
# fails: test_vector, test_step, test_black_box, test_calls, test_x_untouched
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus, minus = x.clone(), x.clone()
        plus.view(-1)[i] *= 1 + eps
        minus.view(-1)[i] *= 1 - eps
        grad.view(-1)[i] = (f(plus) - f(minus)) / (plus - minus).view(-1)[i]
    return grad
