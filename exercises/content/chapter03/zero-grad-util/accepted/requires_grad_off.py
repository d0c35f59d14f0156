# why: Switches the gradient's own flag off where it may be a leaf, else detaches.
import torch


def zero_grad(params, set_to_none=True):
    if set_to_none:
        for i in range(len(params)):
            params[i].grad = None
        return
    for p in params:
        if p.grad is None:
            pass
        elif p.grad.grad_fn is not None:
            p.grad.detach_().zero_()
        else:
            with torch.no_grad():
                p.grad.requires_grad_(False).zero_()
