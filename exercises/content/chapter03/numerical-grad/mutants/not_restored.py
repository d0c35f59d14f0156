# misconception: not-restored
# fails: test_step, test_calls, test_x_untouched
import torch


def numgrad(f, x, eps=1e-6):
    point = x.clone()
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        point.view(-1)[i] += eps
        up = f(point).item()
        point.view(-1)[i] -= 2 * eps
        down = f(point).item()
        grad.view(-1)[i] = (up - down) / (2 * eps)
    return grad
