# why: Really lays all gradients end to end.
import torch


def clip_(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.cat([g.reshape(-1) for g in grads]).norm()
    factor = (max_norm / total).clamp(max=1.0)
    for g in grads:
        g *= factor
    return float(total)
