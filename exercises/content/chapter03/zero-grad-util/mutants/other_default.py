# misconception: one-mode
# fails: test_none_mode, test_missing_gradients
import torch


def zero_grad(params, set_to_none=False):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else torch.zeros_like(p)
