"""The trace of a snippet as a template needs it: beside each line, the tensors that it made or changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.results import Contents, TensorState, TraceStep
from grader.submissions.texts import highlight_line

FIELDS = ("value", "requires_grad", "is_leaf", "grad_fn", "grad", "version", "shares")  # in the table's order


@dataclass(frozen=True)
class CellView:
    """One property of a tensor. `shape` is empty for a scalar; `was`: what stood here before, when that can be said."""

    field: str
    text: str
    shape: str = ""
    changed: bool = False
    was: str = ""


@dataclass(frozen=True)
class TensorView:
    """`is_first`: the name is new. `is_other`: it is bound to another tensor than before."""

    name: str
    is_first: bool
    is_other: bool
    cells: list[CellView]


@dataclass(frozen=True)
class StepView:
    """A statement that ran. `code` is safe HTML; `raised` is raw text."""

    line: int
    code: SafeString
    tensors: list[TensorView] = field(default_factory=list)
    raised: str = ""
    function: str = ""
    left_out: int = 0
    cut: bool = False
    last_line: int = 0


def show_trace(trace: list[TraceStep], source: str) -> list[StepView]:
    """The steps with their lines of the source."""
    lines = source.split("\n")
    before: dict[tuple[str, str], TensorState] = {}
    shown = []
    for step in trace:
        tensors = []
        for state in step.tensors:
            tensors.append(show_tensor(state, before.get((step.function, state.name))))
            before[step.function, state.name] = state
        if step.left_out:
            before.clear()  # some of it is out of date, and nobody knows which
        code = highlight_line("\n".join(lines[step.line - 1 : step.last_line]))
        rest = step.raised, step.function, step.left_out, step.cut, step.last_line
        shown.append(StepView(step.line, code, tensors, *rest))
    return shown


def show_tensor(state: TensorState, before: TensorState | None) -> TensorView:
    cells = []
    for name in FIELDS:
        text, shape = show_field(state, name)
        changed = name in state.changed
        was = show_before(show_field(before, name), (text, shape)) if changed and before else ""
        cells.append(CellView(name, text, shape, changed, was))
    return TensorView(state.name, state.new and not state.changed, state.new and bool(state.changed), cells)


def show_field(state: TensorState, name: str) -> tuple[str, str]:
    """Text and shape; both empty: nothing to tell."""
    value = getattr(state, name)
    if isinstance(value, Contents):
        return value.text, show_shape(value.shape)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no"), ""
    if name == "shares":
        return ", ".join(value), ""
    if name == "version":
        return "" if value is None else str(value), ""
    return str(value or None), ""


def show_before(before: tuple[str, str], now: tuple[str, str]) -> str:
    """What stood there, without the shape where that stayed."""
    if before == now:
        return ""  # the change is too small or too far inside to be seen
    text, shape = before
    return text if text and shape == now[1] else f"{text} {shape}".strip()


def show_shape(shape: list[int]) -> str:
    return str(tuple(shape)) if shape else ""
