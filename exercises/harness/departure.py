"""Where a run first differs from the reference's: the same variable, the same turn, another tensor."""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from typing import Any

from exercises.results import Contents, TensorState, TraceStep
from exercises.traced import Departure

_CLOSE = 1e-4


def find_departure(steps: list[TraceStep], reference: list[TraceStep]) -> Departure | None:
    """The first step at which a variable that the reference has, too, takes another value or another gradient.

    Each variable's successive values are compared in order, and its successive gradients: code that does the same in
    another order departs nowhere.
    """
    expected = _histories(reference)
    seen: dict[tuple[str, str], int] = defaultdict(int)
    latest: dict[tuple[str, str], Contents] = {}
    for place, step in enumerate(steps):
        for state in step.tensors:
            for field, contents in _told(state):
                key = state.name, field
                if latest.get(key) == contents:
                    continue
                latest[key], turn = contents, seen[key]
                seen[key] += 1
                if turn < len(expected[key]) and (found := _differ(place, state, field, contents, expected[key][turn])):
                    return found
    return None


def _histories(steps: list[TraceStep]) -> dict[tuple[str, str], list[tuple[TensorState, Contents]]]:
    """By (variable, field): its successive states."""
    histories: dict[tuple[str, str], list[tuple[TensorState, Contents]]] = defaultdict(list)
    for step in steps:
        for state in step.tensors:
            for field, contents in _told(state):
                history = histories[state.name, field]
                if not history or history[-1][1] != contents:
                    history.append((state, contents))
    return histories


def _told(state: TensorState) -> list[tuple[str, Contents]]:
    """Its value, and its gradient unless that has been cleared."""
    told = [("value", state.value)]
    if state.grad is not None and any(number != 0 for number in _numbers(state.grad.text) or [math.nan]):
        told.append(("grad", state.grad))
    return told


def _differ(
    step: int, state: TensorState, field: str, contents: Contents, expected: tuple[TensorState, Contents]
) -> Departure | None:
    other, wanted = expected
    if _squeezed(contents.shape) != _squeezed(wanted.shape):
        return Departure(step, state.name, "shape", str(tuple(contents.shape)), str(tuple(wanted.shape)))
    if contents.text and wanted.text and not _close(contents.text, wanted.text):
        return Departure(step, state.name, field, contents.text, wanted.text)
    if field == "value" and state.requires_grad != other.requires_grad:
        return Departure(step, state.name, "requires_grad", str(state.requires_grad), str(other.requires_grad))
    return None


def _squeezed(shape: list[int]) -> list[int]:
    return [size for size in shape if size != 1]


def _numbers(text: str) -> list[float] | None:
    """Flat; None when they are not written out, or not all finite."""
    try:
        return list(map(float, _flat(ast.literal_eval(text))))
    except (ValueError, SyntaxError, TypeError):
        return None


def _flat(value: Any) -> list[Any]:
    return [item for inner in value for item in _flat(inner)] if isinstance(value, list) else [value]


def _close(ours: str, theirs: str) -> bool:
    one, other = _numbers(ours), _numbers(theirs)
    if one is None or other is None or len(one) != len(other):
        return ours == theirs
    scale = max(map(abs, other), default=0.0)
    return all(math.isclose(a, b, rel_tol=_CLOSE, abs_tol=_CLOSE * scale) for a, b in zip(one, other, strict=True))
