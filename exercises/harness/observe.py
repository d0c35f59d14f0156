"""Observers for probes: what autograd kept, built and called while the student's code ran.

They run in the student's process, so a hostile student can forge what they say: use them for advice, or where the
exercise is about exactly that.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


@dataclass
class Saved:
    """Tensors that the graph kept for backward: how many, and how many elements in all."""

    tensors: int = 0
    elements: int = 0


@contextmanager
def saved_tensors() -> Iterator[Saved]:
    """Counts what is saved for backward inside the block."""
    saved = Saved()

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        saved.tensors += 1
        saved.elements += tensor.numel()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield saved


def live_nodes() -> int:
    """Tensors alive in this process that hold a graph (a grad_fn)."""
    gc.collect()
    return sum(1 for item in gc.get_objects() if isinstance(item, torch.Tensor) and item.grad_fn is not None)


@dataclass
class Ops:
    """Operators by their ATen name, for instance {"aten.mul.Tensor": 2}."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class _Counting(TorchDispatchMode):
    def __init__(self, ops: Ops) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ops = ops

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.ops.counts[str(func)] += 1
        return func(*args, **(kwargs or {}))


@contextmanager
def op_count() -> Iterator[Ops]:
    """Counts the operators that run inside the block, backward's included."""
    ops = Ops()
    with _Counting(ops):
        yield ops


def grad_fn_graph(tensor: torch.Tensor) -> list[tuple[str, list[int]]]:
    """The graph behind a tensor in a canonical order: (name of the Function, indices of the nodes that it feeds)."""
    order: dict[Any, int] = {}
    rows: list[tuple[str, list[int]]] = []

    def visit(node: Any) -> int:
        if node in order:
            return order[node]
        order[node] = index = len(rows)
        rows.append((node.name(), []))
        rows[index] = (node.name(), [visit(following) for following, _ in node.next_functions if following is not None])
        return index

    if tensor.grad_fn is not None:
        visit(tensor.grad_fn)
    return rows


def shares_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


@dataclass
class Spy:
    """A callable that remembers how it was called. `grad_enabled`: grad mode at each call."""

    function: Callable[..., Any]
    grad_enabled: list[bool] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return len(self.grad_enabled)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.grad_enabled.append(torch.is_grad_enabled())
        return self.function(*args, **kwargs)


def grad_mode_spy(function: Callable[..., Any]) -> Spy:
    return Spy(function)
