# misconception: shared-storage
# fails: test_element
import torch


def numgrad(f, x, eps=1e-6):
    point = x.clone()
    grad = torch.zeros_like(x)
    flat, flat_grad = point.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + eps
        up = f(point)
        flat[i] = old - eps
        down = f(point)
        flat[i] = old
        flat_grad[i] = (up - down) / (2 * eps)
    return grad
