# misconception: touches-parameter
# fails: test_parameters_untouched
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.detach_()
            p.grad = None if set_to_none else torch.zeros_like(p)
            p.requires_grad_(True)
