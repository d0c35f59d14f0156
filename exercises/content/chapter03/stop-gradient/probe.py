"""Watched functions with parameters for consistency(); then backward, here, with an upstream gradient."""

import torch

import submission


def square(x, w, noise, plain=False):
    """The statement's example: f(t) = w t²."""
    (w,) = _leaves([w])
    x = x.clone().requires_grad_(not plain)
    torch.set_grad_enabled(True)
    loss = submission.consistency(lambda t: w * t**2, x, noise)
    loss.backward()
    return {"loss": float(loss.detach()), "w": w.grad, "x": x.grad}


def run(x, noise, W, s, upstream=1.0, plain=False):
    """Loss, gradients, calls, and what has become of the arguments. `plain`: x needs no gradient."""
    W, s = _leaves([W, s])
    leaf = x.clone().requires_grad_(not plain)
    return _run(_network(W, s), leaf, leaf, noise.clone(), [W, s], upstream)


def further_back(x, noise, W, s, upstream=1.0):
    """x is computed from an encoder's weight."""
    W, s = _leaves([W, s])
    (encoder,) = _leaves([x])
    return _run(_network(W, s), encoder * 3, encoder, noise.clone(), [W, s], upstream)


def _network(W, s):
    return lambda t: torch.tanh(t @ W) * s + (t**2).sum(1, keepdim=True) / 5


def _run(f, x, source, noise, params, upstream):
    torch.set_grad_enabled(True)
    calls = []

    def watched(t):
        calls.append(t.detach().clone())
        return f(t)

    before = [tensor.detach().clone() for tensor in (x, noise, *params)]
    flags = [tensor.requires_grad for tensor in (x, noise, *params)]
    loss = submission.consistency(watched, x, noise)
    torch.set_grad_enabled(True)
    after = [tensor.detach().clone() for tensor in (x, noise, *params)]
    leaves = [tensor for tensor in (source, noise, *params) if tensor.is_leaf]
    changed = {
        "values": not all(map(torch.equal, before, after)),
        "flags": flags != [tensor.requires_grad for tensor in (x, noise, *params)],
        "grads": any(leaf.grad is not None for leaf in leaves),
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


def _leaves(values):
    return [value.clone().requires_grad_() for value in values]
