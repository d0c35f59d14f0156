# why: A small constant in the denominator against division by 0, and a factor of at most 1.
import torch


@torch.no_grad()
def clip_(params, max_norm):
    squares = torch.zeros((), dtype=torch.float64)
    for p in params:
        if p.grad is None:
            continue
        squares += torch.sum(p.grad.double() ** 2)
    norm = squares.sqrt().item()
    factor = min(1.0, max_norm / (norm + 1e-8))
    for p in params:
        if p.grad is not None:
            p.grad.mul_(factor)
    return norm
