"""Drives Mul from outside: through the engine, and by calling its backward directly."""

import torch

from exercises.harness import observe

import submission


def backward(a, b, upstream):
    """y, a.grad and b.grad after y.backward(upstream)."""
    a, b = _leaf(a), _leaf(b)
    y = submission.Mul.apply(a, b)
    y.backward(upstream)
    return {"y": y.detach(), "a": a.grad, "b": b.grad}


def backward_all(cases):
    return [backward(**case) for case in cases]


def direct(a, b, upstream):
    """What backward returns when the engine does not stand between."""
    y = submission.Mul.apply(_leaf(a), _leaf(b))
    return _call_backward(y, upstream)


def direct_all(cases):
    return [direct(**case) for case in cases]


def second(a, b, upstream, along_a, along_b):
    """How the gradients along two directions change with a, b and the upstream gradient."""
    a, b, upstream = _leaf(a), _leaf(b), _leaf(upstream)
    y = submission.Mul.apply(a, b)
    first = torch.autograd.grad(y, [a, b], upstream, create_graph=True)
    along = (first[0] * along_a).sum() + (first[1] * along_b).sum()
    again = torch.autograd.grad(along, [a, b, upstream], allow_unused=True)
    names = ("by_a", "by_b", "by_upstream")
    zeros = (torch.zeros_like(item) for item in (a, b, upstream))
    changes = {name: zero if item is None else item for name, item, zero in zip(names, again, zeros, strict=True)}
    return changes | {"first_a": first[0].detach(), "first_b": first[1].detach()}


def constant(a, b, upstream):
    """Each factor without a gradient in its turn, then both, then both under no_grad."""
    leaf_a, leaf_b = _leaf(a), _leaf(b)
    submission.Mul.apply(leaf_a, b).backward(upstream)
    submission.Mul.apply(a, leaf_b).backward(upstream)
    neither = submission.Mul.apply(a, b)
    with torch.no_grad():
        unrecorded = submission.Mul.apply(leaf_a, leaf_b)
    return {
        "a": leaf_a.grad,
        "b": leaf_b.grad,
        "neither": neither.detach(),
        "unrecorded": unrecorded.detach(),
        "flags": [neither.requires_grad, unrecorded.requires_grad],
    }


def itself(a, upstream):
    """a·a, a times its transpose, and a times its own first column; a is square."""
    seen = {}
    for name, view in (("square", lambda t: t), ("transposed", lambda t: t.t()), ("column", lambda t: t[:, :1])):
        leaf = _leaf(a)
        y = submission.Mul.apply(leaf, view(leaf))
        y.backward(upstream)
        seen[name] = {"y": y.detach(), "grad": leaf.grad}
    return seen


def function(a, b):
    """What kind of thing Mul is and what its node is fed by, with y and the gradients."""
    a, b = _leaf(a), _leaf(b)
    y = submission.Mul.apply(a, b)
    kind, node = submission.Mul, y.grad_fn
    feeders = [edge for edge, _ in node.next_functions] if node is not None else []
    own = [getattr(edge, "variable", None) for edge in feeders]
    y.sum().backward()
    return {
        "is_function": isinstance(kind, type) and issubclass(kind, torch.autograd.Function),
        "grad_fn": type(node).__name__,
        "inputs": [type(edge).__name__ for edge in feeders],
        "is_fed_by_a_and_b": len(own) == 2 and own[0] is a and own[1] is b,
        "y": y.detach(),
        "a": a.grad,
        "b": b.grad,
    }


def handed_in(a, b, upstream, other):
    """a, b and the upstream gradient afterwards, and the gradient of a branch that shares it."""
    leaf_a, leaf_b, other = _leaf(a), _leaf(b), _leaf(other)
    given = upstream.clone()
    submission.Mul.apply(leaf_a, leaf_b).backward(given)
    (submission.Mul.apply(leaf_a, leaf_b) + other).backward(upstream)
    return {
        "a": leaf_a.detach(),
        "b": leaf_b.detach(),
        "upstream": given,
        "shared": upstream,
        "other": other.grad,
        "a.grad": leaf_a.grad,
        "b.grad": leaf_b.grad,
    }


def two_calls(a, b, c, d, upstream):
    """Two calls before either goes backward, in the order of the calls; then the first once more."""
    leaves = [_leaf(item) for item in (a, b, c, d)]
    first = submission.Mul.apply(*leaves[:2])
    second_ = submission.Mul.apply(*leaves[2:])
    first.backward(upstream, retain_graph=True)
    second_.backward(upstream)
    once = [leaf.grad.clone() for leaf in leaves]
    first.backward(upstream)
    chain = submission.Mul.apply(submission.Mul.apply(leaves[0], leaves[1]), leaves[2])
    by_first = torch.autograd.grad(chain, leaves[0], upstream)[0]
    return {"once": once, "twice": [leaf.grad for leaf in leaves], "chain": chain.detach(), "by_first": by_first}


def effort(a, b, upstream):
    """Operators that backward takes for both gradients, for a's alone and for b's alone."""
    counts = []
    for left, right in ((_leaf(a), _leaf(b)), (_leaf(a), b), (a, _leaf(b))):
        y = submission.Mul.apply(left, right)
        with observe.op_count() as ops:
            _call_backward(y, upstream)
        counts.append(ops.total)
    return counts


def _call_backward(y, upstream):
    kind = submission.Mul
    own_name = kind.backward if kind.vjp is torch.autograd.Function.vjp else kind.vjp
    return own_name(y.grad_fn, upstream)


def _leaf(tensor):
    return tensor.detach().clone().requires_grad_()
