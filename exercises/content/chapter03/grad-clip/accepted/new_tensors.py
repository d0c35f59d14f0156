# why: Puts new tensors into .grad; that this is not in place is worth advice only.
import math


def clip_(params, max_norm):
    total = math.sqrt(sum(math.fsum(x * x for x in p.grad.flatten().tolist()) for p in params if p.grad is not None))
    scale = min(1.0, max_norm / total) if total else 1.0
    for p in params:
        if p.grad is not None:
            p.grad = p.grad * scale
    return total
