# misconception: not-restored
# fails: test_step, test_calls, test_x_untouched
import torch


def numgrad(f, x, eps=1e-6):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += eps
        up = f(x).item()
        x.view(-1)[i] -= 2 * eps
        down = f(x).item()
        grad.view(-1)[i] = (up - down) / (2 * eps)
    return grad
