"""Calls scaled_sigmoid() alone and inside larger graphs; reports values, gradients and what became of x."""

import torch

import submission


def value(x, k, needs_grad):
    """The value, and x afterwards."""
    x = _input(x, needs_grad)
    y = submission.scaled_sigmoid(x, k)
    return {"y": y.detach() if isinstance(y, torch.Tensor) else y} | _after(x, y, needs_grad)


def gradient(x, k, upstream):
    """y and x.grad."""
    x = _input(x, True)
    y = submission.scaled_sigmoid(x, k)
    has_graph = isinstance(y, torch.Tensor) and y.requires_grad
    result = {"y": y.detach() if isinstance(y, torch.Tensor) else y, "has_graph": has_graph} | _after(x, y, True)
    if has_graph:
        y.backward(upstream)
    return result | {"grad": x.grad}


def inside(w, a, b):
    """x is computed, used before and after, and goes through the function twice."""
    w = _input(w, True)
    x = w * w - 1
    before = torch.exp(x)
    first = submission.scaled_sigmoid(x, a)
    second = submission.scaled_sigmoid(x, b)
    third = submission.scaled_sigmoid(first + second, b)
    total = (before * first + second**2 * x + third * first + x**3).sum()
    total.backward()
    return {"total": float(total.detach()), "x": x.detach(), "grad": w.grad}


def strided(x, k):
    """A transposed view as input."""
    x = _input(x, True)
    y = submission.scaled_sigmoid(x.t(), k)
    (y * torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape)).sum().backward()
    return {"y": y.detach(), "x": x.detach(), "grad": x.grad}


def second(x, k, direction):
    """The second derivative along `direction`; None where there is none."""
    x = _input(x, True)
    (first,) = torch.autograd.grad(submission.scaled_sigmoid(x, k).sum(), x, create_graph=True)
    if not first.requires_grad:
        return None
    return torch.autograd.grad(first, x, direction)[0]


def _input(x, needs_grad):
    torch.set_grad_enabled(True)
    return x.clone().requires_grad_(needs_grad)


def _after(x, y, needs_grad):
    return {
        "x": x.detach().clone(),
        "flags_kept": x.requires_grad == needs_grad and x.is_leaf and x.grad is None,
        "y_requires_grad": isinstance(y, torch.Tensor) and y.requires_grad,
    }
