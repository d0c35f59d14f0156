# why: Fresh zeros with size, dtype and device written out.
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else torch.zeros(p.size(), dtype=p.dtype, device=p.device)
