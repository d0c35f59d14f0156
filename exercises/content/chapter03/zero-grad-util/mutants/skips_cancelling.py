# misconception: some-parameters
# fails: test_any_gradient
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None and p.grad.sum() != 0:
            p.grad = None if set_to_none else torch.zeros_like(p)
