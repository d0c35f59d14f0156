# misconception: some-parameters
# fails: test_none_mode, test_zeros_mode
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else torch.zeros_like(p)
        return
