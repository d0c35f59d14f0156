"""Which tensors each line of a program made or changed, as plain data.

A line's doings are read when the next line of its frame begins. Only texts, flags and weak references are kept, so
what is traced frees its tensors when it would anyway.
"""

from __future__ import annotations

import ast
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from types import FrameType
from typing import Any, TypeVar

import msgspec
import torch

from exercises.results import Contents, TensorState, TraceStep, showable

MAX_STEPS = 60
MAX_TENSORS = 8  # of one step
MAX_CHARACTERS = 200  # of one value
MAX_ELEMENTS = 16  # of a tensor that is written out
MAX_COMPARED = 1 << 16  # elements; of larger tensors only the flags are compared

_FILE = "snippet.py"
_Lines = tuple[int, int]  # a statement's first and last one
T = TypeVar("T")


def trace(source: str, namespace: Mapping[str, Any] | None = None) -> list[TraceStep]:
    """Run a program and tell its steps. What it raises ends it, and is told by the line that raised. Raises SyntaxError."""
    tracer = Tracer(source, _FILE)
    names = {"torch": torch, **(namespace or {})}
    code = compile(source, _FILE, "exec")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a program may do on purpose what torch warns of; so may reading .grad
        with tracer, suppress(Exception):
            exec(code, names)
    names.clear()  # functions of the program hold it, too
    return tracer.steps


class Tracer:
    """While it is entered, every function of this file that runs on this thread adds to `steps`."""

    def __init__(self, source: str, file: str) -> None:
        self.file = file
        self.steps: list[TraceStep] = []
        self.statements: dict[int, _Lines] = {}  # by each of its lines
        self.blocks: set[int] = set()  # where a `with` stands
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.With):
                self.blocks.add(node.lineno)
            elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
                lines = node.lineno, node.end_lineno or node.lineno
                self.statements |= dict.fromkeys(range(lines[0], lines[1] + 1), lines)

    def __enter__(self) -> Tracer:
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        name = frame.f_code.co_name
        # A comprehension or a lambda is part of its line.
        if frame.f_code.co_filename != self.file or (name.startswith("<") and name != "<module>"):
            return None
        return _Frame(self)

    def add(self, step: TraceStep) -> None:
        if len(self.steps) < MAX_STEPS:
            self.steps.append(step)

    def is_full(self) -> bool:
        """Whether another step is one too many; then nothing is traced any more."""
        if len(self.steps) < MAX_STEPS:
            return False
        self.steps[-1] = msgspec.structs.replace(self.steps[-1], cut=True)
        sys.settrace(None)
        return True


class _Frame:
    """The trace function of one frame: the line that runs, and what its names were bound to before."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.lines: _Lines | None = None
        self.raised = ""
        self.known: dict[str, _Seen] = {}
        self.inside: set[int] = set()  # the `with` blocks that were entered
        self.leaving = False

    def __call__(self, frame: FrameType, event: str, argument: Any) -> _Frame:
        if event == "line":
            self._begin(frame)
        elif event == "exception" and not issubclass(argument[0], StopIteration):
            self.raised = self.raised or _first_line(argument[1])
        elif event == "return":
            self._finish(frame)
        return self

    def _begin(self, frame: FrameType) -> None:
        lines = self.tracer.statements.get(frame.f_lineno, (frame.f_lineno, frame.f_lineno))
        if lines == self.lines and lines[0] < lines[1]:
            return  # another line of the same statement
        self._finish(frame)
        if self.tracer.is_full():
            return
        self.lines, self.raised = lines, ""
        # A `with` comes again when its block is left.
        self.leaving = lines[0] in self.inside
        if lines[0] in self.tracer.blocks:
            self.inside ^= {lines[0]}

    def _finish(self, frame: FrameType) -> None:
        if self.lines is None:
            return
        now = _look(frame.f_locals)
        states = [state for name, seen in now.items() if (state := seen.since(self.known.get(name)))]
        self.known = now
        left_out = max(0, len(states) - MAX_TENSORS)
        if states or self.raised or not self.leaving:
            name = frame.f_code.co_name
            function = "" if name == "<module>" else name
            self.tracer.add(TraceStep(*self.lines, states[:MAX_TENSORS], self.raised, function, left_out))
        self.lines = None


class _Seen:
    """One name's tensor at one moment. `prints`: of its value and its gradient, which texts may round or leave out."""

    def __init__(self, name: str, tensor: torch.Tensor, shares: list[str]) -> None:
        grad = tensor.grad
        self.tensor = weakref.ref(tensor)
        self.prints = {"value": _print(tensor), "grad": _print(grad)}
        grad_fn = _ask(lambda: tensor.grad_fn)
        self.state = TensorState(
            name=name,
            value=contents(tensor),
            requires_grad=tensor.requires_grad,
            is_leaf=tensor.is_leaf,
            grad_fn=type(grad_fn).__name__ if grad_fn is not None else "",
            grad=contents(grad) if grad is not None else None,
            version=_ask(lambda: tensor._version),
            shares=shares,
        )

    def since(self, before: _Seen | None) -> TensorState | None:
        """The state, if it is not as it was before."""
        new = before is None or before.tensor() is not self.tensor()
        changed = self._changes(before) if before else []
        return msgspec.structs.replace(self.state, new=new, changed=changed) if new or changed else None

    def _changes(self, before: _Seen) -> list[str]:
        was = msgspec.structs.asdict(before.state)
        fields = {field: value != was[field] for field, value in msgspec.structs.asdict(self.state).items()}
        fields |= {field: fields[field] or before.prints[field] != value for field, value in self.prints.items()}
        return [field for field, differs in fields.items() if differs]


def _look(namespace: Mapping[str, Any]) -> dict[str, _Seen]:
    tensors = dict(
        pair for name, value in namespace.items() for pair in islice(named_tensors(name, value), MAX_ELEMENTS)
    )
    places = {name: _place(tensor) for name, tensor in tensors.items()}
    return {
        name: _Seen(
            name,
            tensor,
            [other for other in tensors if other != name and places[name] and places[other] == places[name]],
        )
        for name, tensor in tensors.items()
    }


def named_tensors(name: str, value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors in a variable: itself, a list's elements, a module's parameters."""
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, torch.nn.Module):
        yield from ((f"{name}.{inner}", tensor) for inner, tensor in value.named_parameters())
    elif isinstance(value, list | tuple):
        tensors = ((index, item) for index, item in enumerate(value[:MAX_ELEMENTS]) if isinstance(item, torch.Tensor))
        yield from ((f"{name}[{index}]", tensor) for index, tensor in tensors)


def _place(tensor: torch.Tensor) -> int | None:
    """Where its storage begins; None or 0 when it has none."""
    return _ask(lambda: tensor.untyped_storage().data_ptr())


def _ask(read: Callable[[], T]) -> T | None:
    """None where this kind of tensor has no answer: one made in inference mode has no version."""
    try:
        return read()
    except (RuntimeError, TypeError):
        return None


def contents(tensor: torch.Tensor) -> Contents:
    """Its shape, and its elements as text where they are few."""
    text = (_ask(lambda: _written(tensor.tolist())) or "") if tensor.numel() <= MAX_ELEMENTS else ""
    return Contents(list(tensor.shape), text if len(text) <= MAX_CHARACTERS else "")


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if not isinstance(value, float):
        return f"{value:.6g}" if isinstance(value, complex) else str(value)
    text = f"{value:.6g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text


def _print(tensor: torch.Tensor | None) -> int | None:
    """A number that other contents hardly have."""
    if tensor is None or tensor.numel() > MAX_COMPARED:
        return None
    return _ask(lambda: hash(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()))


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    return showable(f"{type(error).__name__}: {text}" if text else type(error).__name__)[:MAX_CHARACTERS]
