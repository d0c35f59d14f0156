# why: The norm of the single norms is the joint norm.
import torch


def clip_(params, max_norm):
    norms = torch.stack([torch.zeros(())] + [p.grad.norm().float() * 0 + p.grad.norm() for p in params if p.grad is not None])
    total = torch.linalg.vector_norm(norms).item()
    if total <= max_norm:
        return total
    for p in params:
        if p.grad is not None:
            p.grad.div_(total / max_norm)
    return total
