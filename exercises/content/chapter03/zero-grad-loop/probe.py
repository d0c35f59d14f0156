"""Problems for train(); each function gives back only what can be seen from outside."""

import weakref

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

import submission


def bowl(start, lr, steps):
    """One scalar parameter, loss (w - 2)²."""
    w = start.clone().requires_grad_()
    return _run([w], lambda: (w - 2) ** 2, lr, steps)


def network(X, y, start, lr, steps, leftover=None):
    """Three parameters of different shapes: W (d, k), b (k,), s (); `leftover` holds .grad from before, or None."""
    params = _leaves(start)
    for param, grad in zip(params, leftover or [], strict=False):
        param.grad = None if grad is None else grad.clone()
    W, b, s = params
    return _run(params, lambda: (torch.tanh(X @ W + b).sum(1) * s - y).pow(2).mean(), lr, steps)


def slope(direction, start, lr, steps):
    """A loss without a bottom: it becomes negative and goes on falling."""
    (w,) = _leaves([start])
    return _run([w], lambda: (direction * w).sum(), lr, steps)


def valley(scale, start, lr, steps):
    """A quadratic whose loss may rise, if lr is large, or stay at exactly 0, if it starts there."""
    (w,) = _leaves([start])
    return _run([w], lambda: (scale * w**2).sum(), lr, steps)


def one_batch_a_call(batches, targets, start, lr, steps):
    """The loss of call i is that of batch i, so each call counts."""
    w, b = _leaves(start)
    calls = iter(range(1000))

    def loss_fn():
        i = next(calls) % len(batches)
        return ((batches[i] @ w + b - targets[i]) ** 2).mean()

    return _run([w, b], loss_fn, lr, steps)


def unused(X, y, start, lr, steps):
    """The second parameter takes no part in the loss."""
    w, idle = _leaves(start)
    return _run([w, idle], lambda: ((X @ w - y) ** 2).mean(), lr, steps)


def habits(X, y, start, lr, steps):
    """What only shows waste: graphs kept, updates hidden from autograd, optimizers used."""
    torch.set_grad_enabled(True)
    (w,) = _leaves([start])
    version = w._version
    past, last, seen = [], [], {"kept": 0, "optimizer_steps": 0}

    def loss_fn():
        seen["kept"] = max(seen["kept"], sum(ref() is not None for ref in past))
        loss = ((X @ w - y) ** 2).mean()
        past.append(weakref.ref(loss))
        if len(past) == steps:
            last.append(loss)
        return loss

    def count_step(*_):
        seen["optimizer_steps"] += 1

    hook = register_optimizer_step_pre_hook(count_step)
    try:
        submission.train([w], loss_fn, lr, steps)
    finally:
        hook.remove()
    moved = not torch.equal(w, start)
    seen["released"] = _is_released(last[0]) if moved and last else True
    seen["tracked"] = w._version > version or not moved
    return seen


def _leaves(start):
    return [value.clone().requires_grad_() for value in start]


def _run(params, loss_fn, lr, steps):
    # One process serves all tests: an earlier call may have left the grad mode off.
    torch.set_grad_enabled(True)
    calls = []

    def counted():
        calls.append(1)
        return loss_fn()

    start = [param.detach().clone() for param in params]
    history = submission.train(list(params), counted, lr, steps)
    grad_mode = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    return {
        "params": [param.detach() for param in params],
        "grad_left": _grad_left(params, start),
        "is_leaf": [param.is_leaf for param in params],
        "requires_grad": [param.requires_grad for param in params],
        "history": _as_numbers(history),
        "history_type": "list" if isinstance(history, list) else type(history).__name__,
        "item_types": [_type_name(item) for item in history] if isinstance(history, (list, tuple)) else [],
        "calls": len(calls),
        "grad_mode": grad_mode,
    }


def _grad_left(params, start):
    """Parameters that never moved: was there a gradient, or had it been cleared? (Else any .grad is fine: None.)"""
    if not all(torch.equal(param, before) for param, before in zip(params, start, strict=True)):
        return None
    return any(param.grad is not None and bool(param.grad.any()) for param in params)


def _as_numbers(history):
    """The numbers alone, so that tensors in the list fail only the test that is about their type."""
    if isinstance(history, torch.Tensor):
        return [float(item) for item in history.detach().reshape(-1)]
    if isinstance(history, (list, tuple)):
        return [float(item) if isinstance(item, (int, float, torch.Tensor)) else item for item in history]
    return history


def _type_name(item):
    return "float" if isinstance(item, float) else type(item).__name__


def _is_released(loss):
    try:
        loss.backward()
    except RuntimeError:
        return True
    return False
