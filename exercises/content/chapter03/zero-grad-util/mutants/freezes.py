# misconception: touches-parameter
# fails: test_parameters_untouched, test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        p.requires_grad_(False)
        if p.grad is not None:
            p.grad = None if set_to_none else torch.zeros_like(p)
