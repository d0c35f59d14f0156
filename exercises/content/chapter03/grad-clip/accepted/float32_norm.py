# why: The single norms go through a float32 tensor: off by a rounding of float32, which is near enough.
import torch


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    norm = torch.tensor([g.norm().item() for g in grads]).norm().item()
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return norm
