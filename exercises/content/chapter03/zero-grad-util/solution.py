"""Clears gradients; what was None stays None."""

import torch


def zero_grad(params, set_to_none=True):
    for param in params:
        if param.grad is None:
            continue
        param.grad = None if set_to_none else torch.zeros_like(param)
