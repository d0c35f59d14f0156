"""Central differences: each element of a copy is moved to either side and put back."""

import torch


def numgrad(f, x, eps=1e-6):
    point = x.clone(memory_format=torch.contiguous_format)
    grad = torch.zeros_like(point)
    flat, flat_grad = point.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()  # a number: flat[i] would look at the very place that moves, and so may f's result
        flat[i] = old + eps
        above = f(point).item()
        flat[i] = old - eps
        below = f(point).item()
        flat[i] = old
        flat_grad[i] = (above - below) / (2 * eps)
    return grad
