"""The computation graph and the losses of a program that runs: PyTorch's own nodes, and what cut them. Plain data.

Only numbers, texts and weak references are kept, so that what is watched frees its tensors when it would anyway. It
runs in the student's process, and everything that it says is a claim.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from types import FrameType
from typing import Any, Generic, Literal, TypeVar

import torch
from torch._C._functorch import is_functorch_wrapped_tensor
from torch.overrides import TorchFunctionMode

from exercises.harness.trace import named_tensors
from exercises.traced import Edge, Graph, Node

MAX_NODES = 400  # that are remembered
MAX_DRAWN = 40
MAX_LOSSES = 300
MAX_GRADIENTS = 12
MAX_GRADIENT_ELEMENTS = 64
_MAX_FRAMES = 30
_MAX_TENSORS = 64  # of one operation
# Their results share values with a tensor, and no gradient comes back through them.
_CUTS = {"detach": "detach", "detach_": "detach", "data": ".data", "item": ".item()", "__float__": ".item()"}
_CUTS |= {"tolist": ".tolist()", "numpy": ".numpy()"}
T = TypeVar("T")

_MAKES_NEW = ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "full_like")


@dataclass
class _Node:
    """As traced.Node, while it is being found out. `keeps`: it keeps something for backward."""

    kind: Literal["leaf", "function", "cut"]
    label: str = ""
    shape: list[int] = field(default_factory=list)
    line: int | None = None
    inputs: dict[int, bool] = field(default_factory=dict)  # number of a node: whether the edge is severed
    keeps: bool = False
    name: str = ""
    accumulated: bool = False
    freed: bool = False


class Watch(TorchFunctionMode):
    """While it is entered, operations add to a graph, and calls of backward to `losses`. `file`: whose lines to tell."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.losses: list[float] = []
        self.losses_left_out = 0
        self.gradients: dict[str, torch.Tensor] = {}  # copies of what the first backward put into the leaves, by name
        self._nodes: list[_Node] = []
        self._leaves: _ByTensor[int] = _ByTensor()
        self._origins: _ByTensor[frozenset[int]] = _ByTensor()  # the cuts that a tensor's values came through
        self._items: dict[int, tuple[float, frozenset[int]]] = {}  # by id: what .item() gave, and its cuts
        self._root: int | None = None
        self._is_rooted = False  # by a call of backward, not only by the last operation
        self._is_settled = False  # a call of backward raised: its graph is the one to look at

    def __enter__(self) -> Watch:
        self._backward = torch.autograd.backward
        torch.autograd.backward = self._watched_backward
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: Any) -> None:
        torch.autograd.backward = self._backward
        super().__exit__(*error)  # type: ignore[no-untyped-call]

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is torch.autograd.grad:
            return self._call_backward(func, args, kwargs)
        recording = torch.is_grad_enabled()
        result = func(*args, **kwargs)
        if len(self._nodes) < MAX_NODES:
            with _quietly():
                self._note(func, [*args, *kwargs.values()], result, recording)
        return result

    # --- operations ---------------------------------------------------------------------------------------------------

    def _note(self, func: Any, arguments: list[Any], result: Any, recording: bool) -> None:
        name = _name_of(func)
        if not name or name.endswith(_MAKES_NEW) or name.startswith("new_"):
            return
        taken = list(_tensors(arguments))
        if any(map(is_functorch_wrapped_tensor, taken)):
            return  # inside torch.func there is no graph of this kind
        origins = self._origins_of(*taken)
        origins = origins.union(
            *(self._items[id(value)][1] for value in _floats(arguments) if id(value) in self._items)
        )
        sources = [number for tensor in taken if tensor.requires_grad and (number := self._number(tensor)) is not None]
        cut = _CUTS.get(name) or ("" if recording else "no_grad")
        if cut and sources and self._loses_gradient(taken, result):
            inputs = dict.fromkeys([*sources, *origins], True)
            origins = frozenset({self._add(_Node("cut", cut, line=self._line(), inputs=inputs))})
        if isinstance(result, float) and origins:
            self._items[id(result)] = result, origins
        for tensor in _tensors([result]):
            self._note_result(tensor, origins)

    def _loses_gradient(self, taken: list[torch.Tensor], result: Any) -> bool:
        if isinstance(result, float | list):
            return True
        if not isinstance(result, torch.Tensor):
            return type(result).__module__ == "numpy"
        return not result.requires_grad and result.is_floating_point() and not any(result is t for t in taken)

    def _note_result(self, tensor: torch.Tensor, origins: frozenset[int]) -> None:
        number = self._number(tensor) if tensor.requires_grad else None
        if number is not None:
            node = self._nodes[number]
            node.shape, node.line = list(tensor.shape), node.line or self._line()
            # Whatever is older than the node itself: a cut that it fed would close a circle.
            node.inputs |= {origin: True for origin in origins if origin < number and origin not in node.inputs}
            if not self._is_rooted:
                self._root = number
        elif origins and not tensor.requires_grad:
            self._origins.put(tensor, origins)

    def _origins_of(self, *tensors: torch.Tensor) -> frozenset[int]:
        return frozenset().union(*(self._origins.get(tensor) or () for tensor in tensors))

    def _number(self, tensor: torch.Tensor) -> int | None:
        """Of the node that stands for a tensor which wants a gradient; None once there is no room for more."""
        if tensor.grad_fn is not None:
            return self._function(tensor.grad_fn)
        known = self._leaves.get(tensor, None)
        if known is None and len(self._nodes) < MAX_NODES:
            origins = dict.fromkeys(self._origins_of(tensor), True)
            known = self._add(_Node("leaf", shape=list(tensor.shape), line=self._line(), inputs=origins))
            self._leaves.put(tensor, known)
        return known

    def _function(self, function: Any) -> int | None:
        """Of a node of PyTorch's, after those that lead to it. What is known is marked in the node itself."""
        stack = [function]
        while stack:
            top = stack[-1]
            new = [item for item, _ in top.next_functions if item is not None and self._known(item) is None]
            if new and len(self._nodes) + len(stack) + len(new) < MAX_NODES:
                stack += new
                continue
            stack.pop()
            if self._known(top) is None and len(self._nodes) < MAX_NODES:
                feeding = (self._known(item) for item, _ in top.next_functions if item is not None)
                keeps = any(name.startswith("_raw_saved") for name in dir(top)) or hasattr(top, "saved_tensors")
                inputs = {number: False for number in feeding if number is not None}
                top.metadata[self] = self._add(_Node("function", type(top).__name__, inputs=inputs, keeps=keeps))
        return self._known(function)

    def _known(self, function: Any) -> int | None:
        if type(function).__name__ == "AccumulateGrad":
            return self._number(function.variable)
        number: int | None = function.metadata.get(self)
        return number

    def _add(self, node: _Node) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    # --- calls of backward --------------------------------------------------------------------------------------------

    def _watched_backward(self, *args: Any, **kwargs: Any) -> None:
        self._call_backward(self._backward, args, kwargs)

    def _call_backward(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`func` is torch.autograd.backward or grad; the graph of the first call is shown, or that of one that raises."""
        given = inspect.signature(func).bind(*args, **kwargs).arguments
        roots = list(_tensors([given.get("tensors", given.get("outputs"))]))
        is_first = not self.losses and not self.losses_left_out
        with _quietly():
            self._note_loss(roots)
        with _quietly():
            if is_first and roots:
                self._take_root(roots[0])
        try:
            result = func(*args, **kwargs)
        except BaseException:
            with _quietly():
                if roots and not self._is_settled:
                    self._take_root(roots[0])
            self._is_settled = True
            raise
        keeps = given.get("retain_graph")
        if not (given.get("create_graph", False) if keeps is None else keeps):
            with _quietly():
                self._free(roots)
        with _quietly():
            self._look_at_leaves()
        with _quietly():
            if is_first:
                inputs = list(_tensors([given.get("inputs")])) if "outputs" in given else []
                self._note_gradients(zip(inputs, result, strict=True) if inputs else self._accumulated())
        return result

    def _note_loss(self, roots: list[torch.Tensor]) -> None:
        if len(self.losses) < MAX_LOSSES and len(roots) == 1 and roots[0].numel() == 1:
            self.losses.append(float(roots[0].detach()))
        else:
            self.losses_left_out += 1

    def _take_root(self, root: torch.Tensor) -> None:
        self._name_variables()
        number = self._number(root) if root.requires_grad else None
        if number is None:  # nothing leads back from it: say through which cuts its values came
            cuts = dict.fromkeys(self._origins_of(root), True)
            number = self._add(_Node("cut", "no grad_fn", list(root.shape), self._line(), cuts))
        self._root, self._is_rooted = number, True

    def _name_variables(self) -> None:
        """By the variables of the functions that run now; the innermost one's win."""
        for frame in self._frames():
            for name, value in list(frame.f_locals.items()):
                for full_name, tensor in named_tensors(name, value):
                    number = self._number(tensor) if tensor.requires_grad else None
                    if number is not None and not self._nodes[number].name:
                        self._nodes[number].name = full_name

    def _free(self, roots: list[torch.Tensor]) -> None:
        left = [number for root in roots if (number := self._number(root)) is not None]
        seen = set(left)
        while left:
            node = self._nodes[left.pop()]
            node.freed = node.keeps
            new = {number for number, severed in node.inputs.items() if not severed} - seen
            seen |= new
            left += new

    def _look_at_leaves(self) -> None:
        for tensor, number in self._leaves.alive():
            self._nodes[number].accumulated = tensor.grad is not None

    def _accumulated(self) -> Iterator[tuple[torch.Tensor, torch.Tensor | None]]:
        return ((tensor, tensor.grad) for tensor, _ in self._leaves.alive())

    def _note_gradients(self, pairs: Iterable[tuple[torch.Tensor, torch.Tensor | None]]) -> None:
        for tensor, grad in islice(pairs, MAX_GRADIENTS):
            number = self._number(tensor)
            if grad is None or grad.is_sparse or is_functorch_wrapped_tensor(grad):
                continue
            small = grad.numel() <= MAX_GRADIENT_ELEMENTS
            if number is not None and small:
                self.gradients[self._nodes[number].name or f"leaf {number}"] = grad.detach().clone()

    # --- telling ------------------------------------------------------------------------------------------------------

    def graph(self) -> Graph | None:
        """Everything that leads to the root, inputs first."""
        if self._root is None:
            return None
        found, left = {self._root}, [self._root]
        while left:
            new = self._nodes[left.pop(0)].inputs.keys() - found
            found |= new
            left += sorted(new, reverse=True)
            if len(found) >= len(self._nodes):
                break
        kept = sorted(sorted(found, reverse=True)[:MAX_DRAWN])
        index = {number: place for place, number in enumerate(kept)}
        return Graph(
            [self._told(self._nodes[number], index) for number in kept], index[self._root], len(found - set(kept))
        )

    @staticmethod
    def _told(node: _Node, index: dict[int, int]) -> Node:
        edges = [Edge(index[number], severed) for number, severed in sorted(node.inputs.items()) if number in index]
        return Node(
            node.kind, node.label[:60], node.name[:60], node.shape, node.line, edges, node.accumulated, node.freed
        )

    def _frames(self) -> Iterator[FrameType]:
        """Of the watched file, the innermost first."""
        frame: FrameType | None = sys._getframe(1)
        for _ in range(_MAX_FRAMES):
            if frame is None:
                return
            if frame.f_code.co_filename == self.file:
                yield frame
            frame = frame.f_back

    def _line(self) -> int | None:
        return next((frame.f_lineno for frame in self._frames()), None)


class _ByTensor(Generic[T]):
    """Something about tensors, by identity, that keeps none of them alive."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[torch.Tensor], T]] = {}

    def get(self, tensor: torch.Tensor, default: T | None = None) -> T | None:
        reference, value = self._kept.get(id(tensor), (None, None))
        return value if reference is not None and reference() is tensor else default

    def put(self, tensor: torch.Tensor, value: T) -> None:
        if len(self._kept) > 2 * MAX_NODES:
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0]() is not None}
        self._kept[id(tensor)] = weakref.ref(tensor), value

    def alive(self) -> Iterator[tuple[torch.Tensor, T]]:
        for reference, value in list(self._kept.values()):
            if (tensor := reference()) is not None:
                yield tensor, value


@contextmanager
def _quietly() -> Iterator[None]:
    """Watching changes nothing: what it does is not watched, and kinds of tensors that do not answer are passed over."""
    with torch._C.DisableTorchFunction(), suppress(Exception):
        yield


def _name_of(func: Any) -> str:
    """The operation's name; for an attribute that shares the tensor's values, the attribute's; else nothing."""
    name: str = getattr(func, "__name__", "")
    if name not in ("__get__", "__set__"):
        return name
    attribute: str = getattr(getattr(func, "__self__", None), "__name__", "")
    return attribute if name == "__get__" and attribute in ("data", "T", "mT", "H", "real", "imag") else ""


def _tensors(values: Iterable[Any]) -> Iterator[torch.Tensor]:
    """Of the values and of the lists, tuples and dicts among them, one level deep."""
    return islice(_all_tensors(values), _MAX_TENSORS)


def _all_tensors(values: Iterable[Any]) -> Iterator[torch.Tensor]:
    for value in values:
        inner = value.values() if type(value) is dict else value if isinstance(value, list | tuple) else (value,)
        yield from (item for item in inner if isinstance(item, torch.Tensor))


def _floats(values: Iterable[Any]) -> Iterator[float]:
    for value in values:
        yield from (item for item in (value if isinstance(value, list | tuple) else (value,)) if type(item) is float)
