# misconception: zero-on-none
# fails: test_missing_gradients, test_parameters_untouched
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None:
            return
        p.grad = None if set_to_none else torch.zeros_like(p)
