"""Parameters with gradients of every kind for zero_grad(); reports each .grad and each parameter afterwards."""

import torch

import submission


def clear(values, grads, mode=None, frozen=(), twice=()):
    """`mode`: None for a call without the argument. Indices in `twice` stand in the list a second time."""
    params = _params(values, frozen)
    for param, grad in zip(params, grads, strict=True):
        param.grad = None if grad is None else grad.clone()
    return _clear_and_describe(params, params + [params[i] for i in twice], mode)


def after_create_graph(values, mode):
    """The gradients have a graph of their own; the last parameter takes no part."""
    params = _params(values, ())
    *used, _ = params
    total = sum((param**3).sum() for param in used)
    total.backward(create_graph=True)
    return _clear_and_describe(params, params, mode)


def next_steps(values, mode):
    """Gradients after: backward, clear, backward, backward."""
    params = _params(values, ())
    *used, _ = params

    def loss():
        return sum((weight * param**2).sum() for weight, param in enumerate(used, start=1))

    loss().backward()
    submission.zero_grad(params, set_to_none=mode)
    loss().backward()
    first = [None if param.grad is None else param.grad.clone() for param in params]
    loss().backward()
    return {"first": first, "second": [param.grad for param in params], "values": [p.detach() for p in params]}


def _params(values, frozen):
    torch.set_grad_enabled(True)
    params = [value.clone().requires_grad_() for value in values]
    params[0] = torch.nn.Parameter(params[0].detach())
    for i in frozen:
        params[i].requires_grad_(False)
    return params


def _clear_and_describe(params, listed, mode):
    flags = [param.requires_grad for param in params]
    if mode is None:
        submission.zero_grad(listed)
    else:
        submission.zero_grad(listed, set_to_none=mode)
    return {
        "grads": [param.grad for param in params],
        "history": [_has_history(param.grad) for param in params],
        "values": [param.detach() for param in params],
        "flags_kept": [param.requires_grad for param in params] == flags and all(param.is_leaf for param in params),
    }


def _has_history(grad):
    return grad is not None and (grad.requires_grad or grad.grad_fn is not None)
