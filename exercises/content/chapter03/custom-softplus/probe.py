"""Drives MySoftplus from outside: values, gradients, and what happened to the tensors that were handed in."""

import torch

import submission


def forward(x):
    return submission.MySoftplus.apply(x)


def backward(x, upstream=None):
    """y and x.grad; without `upstream`, by y.sum().backward()."""
    x = _leaf(x)
    y = submission.MySoftplus.apply(x)
    if upstream is None:
        y.sum().backward()
    else:
        y.backward(upstream)
    return {"y": y.detach(), "grad": x.grad}


def second(x, upstream, direction):
    """The first derivative, and how it changes with x and with the upstream gradient, along `direction`."""
    x, upstream = _leaf(x), _leaf(upstream)
    y = submission.MySoftplus.apply(x)
    (first,) = torch.autograd.grad(y, x, upstream, create_graph=True)
    by_x, by_upstream = torch.autograd.grad(first, [x, upstream], direction, allow_unused=True)
    return {
        "first": first.detach(),
        "by_x": torch.zeros_like(x) if by_x is None else by_x,
        "by_upstream": torch.zeros_like(x) if by_upstream is None else by_upstream,
    }


def function(x):
    """What kind of thing MySoftplus is, with the value and gradient that it gives."""
    x = _leaf(x)
    y = submission.MySoftplus.apply(x)
    y.sum().backward()
    kind = submission.MySoftplus
    return {
        "y": y.detach(),
        "grad": x.grad,
        "is_function": isinstance(kind, type) and issubclass(kind, torch.autograd.Function),
        "grad_fn": type(y.grad_fn).__name__,
    }


def fan_out(x, weights):
    """x and y are used several times; y is also fed to MySoftplus again."""
    x = _leaf(x)
    y = submission.MySoftplus.apply(x)
    z = submission.MySoftplus.apply(y - 1)
    (weights * y * x + y**2 + z * y + 3 * x).sum().backward()
    return x.grad


def handed_in(x, other, upstream):
    """x and the upstream gradient afterwards, and the gradient of a branch that shares it."""
    leaf, other = _leaf(x), _leaf(other)
    given = upstream.clone()
    y = submission.MySoftplus.apply(leaf)
    y.backward(given)
    shared = submission.MySoftplus.apply(leaf) + other
    shared.backward(upstream)
    return {"x": leaf.detach(), "grad": leaf.grad, "upstream": given, "shared": upstream, "other": other.grad}


def two_calls(a, b, upstream):
    """Two calls before either goes backward, in the order of the calls; then the first once more."""
    a, b = _leaf(a), _leaf(b)
    first, second_ = submission.MySoftplus.apply(a), submission.MySoftplus.apply(b)
    first.backward(upstream, retain_graph=True)
    second_.backward(upstream)
    once = a.grad.clone()
    first.backward(upstream)
    return {"a": once, "b": b.grad, "a_twice": a.grad}


def without_grad(x):
    """An input that needs no gradient, and one that does under no_grad."""
    plain = submission.MySoftplus.apply(x)
    with torch.no_grad():
        unrecorded = submission.MySoftplus.apply(_leaf(x))
    return {
        "plain": plain.detach(),
        "unrecorded": unrecorded.detach(),
        "flags": [plain.requires_grad, unrecorded.requires_grad],
    }


def strided(x):
    """A transposed view as input, and the transposed result's gradient."""
    x = _leaf(x)
    y = submission.MySoftplus.apply(x.t())
    (y * torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape)).sum().backward()
    return {"y": y.detach(), "grad": x.grad}


def changed_between(x):
    """Does backward notice that x and y were changed in place since forward?"""
    x = _leaf(x) * 1
    y = submission.MySoftplus.apply(x)
    total = y.sum()
    with torch.no_grad():
        x.add_(1)
        y.add_(1)
    try:
        total.backward()
    except RuntimeError:
        return True
    return False


def _leaf(tensor):
    return tensor.detach().clone().requires_grad_()
