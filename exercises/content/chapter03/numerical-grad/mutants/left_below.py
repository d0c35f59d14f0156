# misconception: x-changed
# fails: test_x_untouched
import torch


def numgrad(f, x, eps=1e-6):
    start = x.clone()
    flat = x.view(-1)
    grad = torch.zeros_like(x)
    for i in range(flat.numel()):
        x.copy_(start)
        flat[i] += eps
        up = f(x).item()
        flat[i] -= 2 * eps
        grad.view(-1)[i] = (up - f(x).item()) / (2 * eps)
    return grad
