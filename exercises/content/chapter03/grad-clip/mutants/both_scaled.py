# misconception: parameters-scaled
# fails: test_parameters_unchanged
import torch


def clip_(params, max_norm):
    norm = sum((p.grad**2).sum().item() for p in params if p.grad is not None) ** 0.5
    if norm > max_norm:
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    p.grad.mul_(max_norm / norm)
                    p.mul_(max_norm / norm)
    return norm
