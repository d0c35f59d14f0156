# misconception: some-parameters
# fails: test_any_gradient, test_parameters_untouched
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.requires_grad and p.grad is not None:
            p.grad = None if set_to_none else torch.zeros_like(p)
