"""Calls build() on leaves of its own and reports values, gradients, the graph, and what became of x."""

import torch

import submission
from exercises.harness import observe


def value(x):
    """z alone, as a plain tensor, or whatever came back in its place."""
    z = submission.build(_leaf(x))
    return z.detach() if isinstance(z, torch.Tensor) else z


def gradients(x, upstreams):
    """x.grad after a backward pass through each of several graphs, all built for the same leaf."""
    leaf = _leaf(x)
    grads = []
    for upstream in upstreams:
        submission.build(leaf).backward(upstream)
        grads.append(leaf.grad)
        leaf.grad = None
    return grads


def together(xs):
    """Two graphs alive at the same time, each with a leaf of its own."""
    leaves = [_leaf(x) for x in xs]
    results = [submission.build(leaf) for leaf in leaves]
    sum(weight * z for weight, z in enumerate(results, start=2)).backward()
    return {"z": [z.detach() for z in results], "grad": [leaf.grad for leaf in leaves]}


def graph(x):
    """The graph behind z: names of the nodes, where their edges lead, and whether it ends at x itself."""
    leaf = _leaf(x)
    z = submission.build(leaf)
    if not isinstance(z, torch.Tensor):
        return {"type": type(z).__name__, "nodes": [], "edges": [], "ends_at_x": False}
    rows = observe.grad_fn_graph(z)
    return {
        "type": "Tensor",
        "nodes": [name for name, _ in rows],
        "edges": [edges for _, edges in rows],
        "ends_at_x": _leaves_behind(z) == {id(leaf)},
    }


def handed_in(x, before):
    """x after build(): value, flag, whether it is a leaf, and .grad, which held `before` (or None)."""
    leaf = _leaf(x)
    leaf.grad = None if before is None else before.clone()
    z = submission.build(leaf)
    return {
        "z": z.detach() if isinstance(z, torch.Tensor) else z,
        "x": leaf.detach(),
        "requires_grad": leaf.requires_grad,
        "is_leaf": leaf.is_leaf,
        "grad": leaf.grad,
    }


def _leaf(x):
    # One process serves all tests: an earlier call may have left the grad mode off.
    torch.set_grad_enabled(True)
    return x.clone().requires_grad_()


def _leaves_behind(z):
    """Identities of the leaves at which the graph ends."""
    found, seen, waiting = set(), set(), [z.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        waiting += [following for following, _ in node.next_functions]
    return found
