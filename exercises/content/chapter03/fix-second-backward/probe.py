"""Calls three_reads() with a watched leaf: how often does a gradient arrive, and through how many graphs?"""

import torch

import submission


def read(x):
    """The readings as numbers, what they are, and what x.grad held when each gradient arrived at x (None counts as 0)."""
    leaf = _leaf(x)
    found = []
    leaf.register_hook(lambda grad: found.append(0.0 if leaf.grad is None else leaf.grad.item()))
    return _describe(submission.three_reads(leaf)) | {"found": found}


def graphs(x):
    """Number of graphs that the backward passes went through: passes that share a node next to x share a graph."""
    leaf = _leaf(x)
    found = []
    run = torch.autograd._engine_run_backward

    def watched(roots, *args, **kwargs):
        nodes = _nodes_next_to(leaf, roots)
        if nodes:
            touched = [graph for graph in found if graph & nodes]
            found[:] = [graph for graph in found if not graph & nodes] + [nodes.union(*touched)]
        return run(roots, *args, **kwargs)

    torch.autograd._engine_run_backward = watched
    try:
        reads = submission.three_reads(leaf)
    finally:
        torch.autograd._engine_run_backward = run
    return _describe(reads) | {"graphs": len(found)}


def _leaf(x):
    torch.set_grad_enabled(True)
    return x.clone().requires_grad_()


def _nodes_next_to(leaf, roots):
    """The nodes of the graph that hand their gradient to `leaf`. Holding them keeps their identity."""
    roots = [roots] if isinstance(roots, torch.Tensor) else roots
    pending = [root.grad_fn for root in roots if isinstance(root, torch.Tensor) and root.grad_fn is not None]
    seen, nodes = set(), set()
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        for following, _ in node.next_functions:
            if following is None:
                continue
            if getattr(following, "variable", None) is leaf:
                nodes.add(node)
            pending.append(following)
    return nodes


def _describe(reads):
    """Numbers alone, so that tensors fail only the test that is about their type."""
    is_sequence = isinstance(reads, (list, tuple))
    items = list(reads) if is_sequence else list(reads.reshape(-1)) if isinstance(reads, torch.Tensor) else []
    return {
        "reads": [_as_number(item) for item in items],
        "type": "list" if isinstance(reads, list) else type(reads).__name__,
        "item_types": [_type_name(item) for item in items],
    }


def _as_number(item):
    if isinstance(item, torch.Tensor) and item.numel() == 1:
        return float(item.detach())
    return float(item) if isinstance(item, (int, float)) else item


def _type_name(item):
    return "float" if isinstance(item, float) else type(item).__name__
