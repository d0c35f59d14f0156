# why: Copies the scaled values through .data.
import numpy as np


def clip_(params, max_norm):
    params = list(filter(lambda p: p.grad is not None, params))
    norm = float(np.sqrt(sum(np.vdot(p.grad.numpy(), p.grad.numpy()) for p in params)))
    if max_norm < norm:
        for p in params:
            p.grad.data.copy_(p.grad.data / norm * max_norm)
    return norm
