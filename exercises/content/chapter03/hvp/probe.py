"""Functions for hvp(), and what became of the tensors that took part."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import submission


def product(x, v):
    """f(x) = x₀²·x₁: the statement's example."""
    result = submission.hvp(lambda z: z[0] ** 2 * z[1], x, v)
    return {"hv": _plain(result), "requires_grad": x.requires_grad}


def network(W, b, slope, x, v, kind="plain", leftover=None, old_grad=None):
    """f(x) = Σ sin(W x + b) + Σ x³/3 + slope · x, with parameters W and b and x flattened for the product.

    kind: x is "plain" (no gradient), a "leaf" that requires one, or a "result" of another leaf.
    leftover: .grad of the parameters before the call; old_grad: that of the leaf.
    """
    W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
    for param, grad in zip((W, b), leftover or [], strict=False):
        param.grad = grad.clone()
    leaf = x.clone().requires_grad_(kind != "plain")
    if old_grad is not None:
        leaf.grad = old_grad.clone()
    given = leaf * 1 if kind == "result" else leaf
    v = v.clone()
    calls = []

    def f(z):
        calls.append(1)
        return torch.sin(W @ z.reshape(-1) + b).sum() + (z**3).sum() / 3 + (slope * z).sum()

    result = submission.hvp(f, given, v)
    if kind == "result":
        still_there = torch.autograd.grad(given.sum(), leaf)[0]
    else:
        still_there = None
    return {
        "hv": _plain(result),
        "calls": len(calls),
        "x": given.detach(),
        "v": v.detach(),
        "params": [W.detach(), b.detach()],
        "flags": {"x": given.requires_grad, "v": v.requires_grad, "W": W.requires_grad, "b": b.requires_grad},
        "grads": {"x": leaf.grad, "W": W.grad, "b": b.grad},
        "graph_of_x": still_there,
    }


def linear(w, x, v):
    """f(x) = w · x, once with a constant w and once with a parameter."""
    return [submission.hvp(lambda z, w=w: (w * z).sum(), x, v) for w in (w, w.clone().requires_grad_())]


def effort(W, x, v):
    """How often f's matrix products ran, forward and backward, and the largest tensor that was made."""
    spied = _Effort()
    with spied:
        result = submission.hvp(lambda z: torch.sin(W @ z).sum() + (z**3).sum(), x, v)
    return {"products": spied.products, "largest": spied.largest, "hv": _plain(result)}


class _Effort(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.products, self.largest = 0, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        self.products += name in ("mv", "mm", "bmm", "addmv", "addmm", "baddbmm", "linear", "matmul")
        sizes = [item.numel() for item in tree_leaves(made) if isinstance(item, torch.Tensor)]
        self.largest = max([self.largest, *sizes])
        return made


def _plain(result):
    return result.detach() if isinstance(result, torch.Tensor) else result
