"""What a run showed of itself: its steps, its graph, its losses and its first gradients. As plain data, and bounded."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import torch

from exercises.harness.trace import MAX_STEPS, Tracer
from exercises.harness.watch import MAX_DRAWN, MAX_GRADIENTS, MAX_LOSSES, Watch
from exercises.results import TraceStep, showable
from exercises.traced import Graph

MAX_TEXT = 300
_MAX_ITEMS = max(MAX_STEPS, MAX_LOSSES) + 1


class Told(msgspec.Struct, frozen=True):
    """What crosses from the process that was observed: a claim of its own."""

    steps: list[TraceStep]
    losses: list[float | None]
    losses_left_out: int
    graph: Graph | None
    gradients: dict[str, Any]  # of tensors


NOTHING = Told([], [], 0, None, {})


class Observed:
    """While it is entered, what runs of this file is observed; once. Raises SyntaxError where it is none of Python's."""

    def __init__(self, source: str, file: str) -> None:
        self.is_used = False
        self.watch = Watch(file)
        self.tracer = Tracer(source, file)

    def __enter__(self) -> Observed:
        self.is_used = True
        self.watch.__enter__()
        self.tracer.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.tracer.__exit__(*error)
        self.watch.__exit__(*error)

    def told(self) -> dict[str, Any]:
        watch = self.watch
        gradients = {name: grad for name, grad in watch.gradients.items() if type(grad) is torch.Tensor}
        losses = [loss if math.isfinite(loss) else None for loss in watch.losses]
        told = Told(self.tracer.steps, losses, watch.losses_left_out, watch.graph(), {})
        return {**msgspec.to_builtins(told), "gradients": gradients}


def read(value: object, line_count: int) -> Told:
    """What the student's process told, if it is what an honest one could have told. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("nothing was told")
    gradients = value.get("gradients")
    if not isinstance(gradients, dict) or len(gradients) > MAX_GRADIENTS:
        raise ValueError("gradients")
    tensors = {_text(name): grad for name, grad in gradients.items() if isinstance(grad, torch.Tensor)}
    told = msgspec.convert(_clean({**value, "gradients": {}}), Told)  # its errors are ValueErrors
    lines = [line for step in told.steps for line in (step.line, step.last_line)]
    lines += [node.line for node in (told.graph.nodes if told.graph else []) if node.line is not None]
    if any(not 1 <= line <= line_count for line in lines):
        raise ValueError("a line that the file does not have")
    if told.graph and not _is_sound(told.graph):
        raise ValueError("a graph that is none")
    return msgspec.structs.replace(told, gradients=tensors)


def _is_sound(graph: Graph) -> bool:
    """Every edge comes from an earlier node, so there is no circle."""
    edges = [(edge.source, place) for place, node in enumerate(graph.nodes) for edge in node.inputs]
    return len(graph.nodes) <= MAX_DRAWN and 0 <= graph.root < len(graph.nodes) and all(0 <= a < b for a, b in edges)


def _clean(value: Any) -> Any:
    """The same with bounded lists and texts that may be shown."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value[:_MAX_ITEMS]]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


def _text(text: str) -> str:
    return showable(text[:MAX_TEXT])
