# misconception: shared-zeros
# fails: test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    zeros = {}
    for p in params:
        if p.grad is None:
            continue
        key = (p.shape, p.dtype)
        zeros.setdefault(key, torch.zeros_like(p))
        p.grad = None if set_to_none else zeros[key]
