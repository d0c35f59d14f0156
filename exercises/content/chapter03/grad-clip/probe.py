"""Parameters with given gradients; what clip_() returned and what it left."""

import torch

import submission


def clip(values, grads, max_norm, times=1, with_values=False):
    """grads: one tensor or None for each parameter. The last of `times` calls is reported."""
    torch.set_grad_enabled(True)
    params = [value.clone().requires_grad_() for value in values]
    for param, grad in zip(params, grads, strict=True):
        param.grad = None if grad is None else grad.clone()
    before = [param.grad for param in params]
    for _ in range(times):
        norm = submission.clip_(list(params), max_norm)
    number = isinstance(norm, (int, float)) and not isinstance(norm, bool)
    seen = {
        "norm": float(norm) if number or (isinstance(norm, torch.Tensor) and norm.numel() == 1) else norm,
        "norm_type": "float" if isinstance(norm, float) else type(norm).__name__,
        "grads": [param.grad for param in params],
        "flags": [param.requires_grad and param.is_leaf for param in params],
        "in_place": all(param.grad is grad for param, grad in zip(params, before, strict=True)),
    }
    return seen | ({"values": [param.detach() for param in params]} if with_values else {})
