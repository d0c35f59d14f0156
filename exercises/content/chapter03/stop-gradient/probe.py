"""Watched functions with parameters for consistency(); then backward, here, with an upstream gradient."""

import torch
from torch import nn

import submission


def square(x, w, noise, plain=False):
    """The statement's example: f(t) = w t²."""
    (w,) = _leaves([w])
    x = x.clone().requires_grad_(not plain)
    torch.set_grad_enabled(True)
    loss = submission.consistency(lambda t: w * t**2, x, noise)
    loss.backward()
    return {"loss": float(loss.detach()), "w": w.grad, "x": x.grad}


class Network(nn.Module):
    """f as a module, which gives access to its parameters."""

    def __init__(self, f, params):
        super().__init__()
        self.f, self.params = f, nn.ParameterList(params)

    def forward(self, t):
        return self.f(t)


def run(x, noise, W, s, upstream=1.0, plain=False, module=False, leftover=None):
    """Loss, gradients, calls, and what has become of the arguments.

    plain: x needs no gradient; module: f is an nn.Module; leftover: what every .grad holds before the call.
    """
    W, s = (nn.Parameter(value.clone()) for value in (W, s))
    leaf = x.clone().requires_grad_(not plain)
    for tensor in (W, s) if plain else (leaf, W, s):
        tensor.grad = None if leftover is None else torch.full_like(tensor, leftover)
    return _run(_network(W, s), leaf, leaf, noise.clone(), [W, s], upstream, module)


def further_back(x, noise, W, s, upstream=1.0):
    """x is computed from an encoder's weight."""
    W, s = _leaves([W, s])
    (encoder,) = _leaves([x])
    return _run(_network(W, s), encoder * 3, encoder, noise.clone(), [W, s], upstream)


def _network(W, s):
    return lambda t: torch.tanh(t @ W) * s + (t**2).sum(1, keepdim=True) / 5


def _run(f, x, source, noise, params, upstream, module=False):
    torch.set_grad_enabled(True)
    calls = []

    def watched(t):
        calls.append(t.detach().clone())
        return f(t)

    before = [tensor.detach().clone() for tensor in (x, noise, *params)]
    flags = [tensor.requires_grad for tensor in (x, noise, *params)]
    leaves = [tensor for tensor in (source, noise, *params) if tensor.is_leaf]
    grads = [None if leaf.grad is None else leaf.grad.clone() for leaf in leaves]
    loss = submission.consistency(Network(watched, params) if module else watched, x, noise)
    torch.set_grad_enabled(True)
    after = [tensor.detach().clone() for tensor in (x, noise, *params)]
    changed = {
        "values": not all(map(torch.equal, before, after)),
        "flags": flags != [tensor.requires_grad for tensor in (x, noise, *params)],
        "grads": not all(_same(leaf.grad, grad) for leaf, grad in zip(leaves, grads, strict=True)),
    }
    has_graph = isinstance(loss, torch.Tensor) and loss.requires_grad
    if has_graph:
        (loss * upstream).sum().backward()
    return {
        "loss": loss.detach() if isinstance(loss, torch.Tensor) else loss,
        "has_graph": has_graph,
        "x": source.grad,
        "W": params[0].grad,
        "s": params[1].grad,
        "calls": calls,
        "changed": changed,
    }


def _same(seen, before):
    return seen is before if seen is None or before is None else torch.equal(seen, before)


def _leaves(values):
    return [value.clone().requires_grad_() for value in values]
