"""What a traced run of a submission shows: its numbers, its losses, its computation graph and its steps. Plain data.

A traced run is a run of the public tests of its own, with the same inputs for everybody; no score depends on it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from exercises.results import Contents, TraceStep


class Comparison(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tensor or number that a public test asked for, or the gradient of a leaf, beside the reference's.

    Differences and ratio are texts of three digits, empty where there is none to tell: other shapes, no one ratio.
    """

    name: str  # loss, history[3], w.grad
    yours: Contents | None  # None: there is none
    expected: Contents
    agrees: bool
    is_gradient: bool = False
    max_abs: str = ""
    max_rel: str = ""
    ratio: str = ""


class Curve(msgspec.Struct, frozen=True, omit_defaults=True):
    """The loss at each call of backward, in order; None where it was not finite."""

    whose: Literal["yours", "expected", "mutant"]
    losses: list[float | None]
    left_out: int = 0  # so many more calls came after these


class Edge(msgspec.Struct, frozen=True, omit_defaults=True):
    """From the node with this index. `severed`: values go along it, and no gradient comes back."""

    source: int
    severed: bool = False


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """A leaf (a tensor that the program made, and that wants a gradient), a Function of the graph, or what cut it.

    `label`: the Function's name (MulBackward0), or what cut (detach, no_grad, .item(), .data); empty for a leaf. `name`:
    the variable that holds the tensor, if any. `line`: of the submission, where it was made, if it was made there.
    `accumulated`: backward has put a gradient into this leaf. `freed`: backward has freed what this Function had kept.
    """

    kind: Literal["leaf", "function", "cut"]
    label: str = ""
    name: str = ""
    shape: list[int] = []
    line: int | None = None
    inputs: list[Edge] = []
    accumulated: bool = False
    freed: bool = False


class Graph(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that leads to the tensor on which backward was called; inputs stand before what they go into.

    `root`: the index of that tensor's node. `left_out`: so many more nodes are not told.
    """

    nodes: list[Node]
    root: int
    left_out: int = 0


class Departure(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first step whose tensor is not as the variable of this name in the reference solution at that point.

    `field`: value, shape, requires_grad, is_leaf or grad.
    """

    step: int  # index in steps
    name: str
    field: str
    yours: str
    expected: str


class TracedRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """What autograd did with a submission. Each part is empty where there is nothing to tell.

    `test`: the public test whose steps, graph and numbers these are. `call`: what it called, as text.
    `outcome`: of the sandbox; not "ok" when the traced run ended early.
    """

    outcome: str = "ok"
    test: str = ""
    call: str = ""
    raised: str = ""  # what ended the call: type and first line
    comparisons: list[Comparison] = []
    curves: list[Curve] = []
    curve_test: str = ""  # the public test with the most calls of backward
    graph: Graph | None = None
    steps: list[TraceStep] = []
    departure: Departure | None = None
