# why: Plain Python numbers, one by one, and a factor of 1 for small gradients.
import math, torch


def clip_(params, max_norm):
    norm = math.sqrt(math.fsum(v * v for p in params if p.grad is not None for v in p.grad.flatten().tolist()))
    factor = min(1.0, max_norm / norm) if norm else 1.0
    for p in params:
        if p.grad is not None:
            p.grad *= factor
    return norm
