# misconception: divides-by-zero
# fails: test_zero_gradients
import torch


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = torch.tensor(sum((g**2).sum().item() for g in grads), dtype=torch.float64).sqrt()
    small = (norm <= max_norm).double()
    factor = small + (1 - small) * max_norm / norm
    for g in grads:
        g.mul_(factor)
    return norm.item()
