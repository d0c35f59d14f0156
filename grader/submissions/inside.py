"""What autograd did with a submission, as a template needs it: numbers, loss curves, computation graph and steps.

Every text is in the reader's language, and every number is formatted here. Names, values and errors come from the
student's process: templates show them through `visible`, drawings through `clip`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from exercises.format import Exercise
from exercises.messages import outcome_text
from exercises.results import Contents, showable
from exercises.traced import Comparison, Curve, Departure, Graph, TracedRun
from grader.submissions.curve_drawing import ORDER, curve_name, draw_curves, finite_part
from grader.submissions.graph_drawing import draw_graph, sample
from grader.submissions.graph_words import CutView, NodeView, explain_cuts, list_nodes
from grader.submissions.svg import show_number, show_text_number
from grader.submissions.texts import highlight_line, show_text
from grader.submissions.traces import StepView, show_shape, show_trace


@dataclass(frozen=True)
class NumberRow:
    """A gradient or another number beside the expected one. `yours` and `expected` are empty where they would be long.

    `remark`: what a ratio often means; empty for most.
    """

    name: str
    agrees: bool
    is_missing: bool
    yours: str
    yours_shape: str
    expected: str
    expected_shape: str
    same_shape: bool
    max_abs: str
    max_rel: str
    ratio: str
    remark: str


@dataclass(frozen=True)
class NumberGroup:
    """Rows under one heading."""

    title: str
    rows: list[NumberRow]


@dataclass(frozen=True)
class CurveLine:
    """One curve in the key: its label, what it is, and how it went."""

    whose: str
    label: str
    text: str


@dataclass(frozen=True)
class CurveView:
    """`svg` is None where there is no line to draw; `columns` and `rows` are the same as a table."""

    svg: SafeString | None
    title: str
    lines: list[CurveLine]
    columns: list[str]
    rows: list[tuple[int, list[str]]]
    test_title: SafeString | None = None


@dataclass(frozen=True)
class GraphKey:
    """One line of the drawing's key."""

    picture: SafeString
    text: str


@dataclass(frozen=True)
class GraphView:
    svg: SafeString | None
    nodes: list[NodeView]
    cuts: list[CutView]
    key: list[GraphKey]
    left_out: int


@dataclass(frozen=True)
class DepartureView:
    """`index`: of the step, from 0. `what`: the name with its field, as code."""

    index: int
    number: int
    line: int
    what: str
    is_shape: bool
    yours: str
    expected: str


@dataclass(frozen=True)
class CodeLine:
    """`indent`: the blanks it begins with, which `code` leaves out."""

    number: int
    indent: str
    code: SafeString
    departs: bool


@dataclass(frozen=True)
class StepperView:
    steps: list[StepView]
    lines: list[CodeLine]
    departure: DepartureView | None = None


@dataclass(frozen=True)
class TracedView:
    """Parts that are None or empty are not shown. `ended`: why the run ended early, if the sandbox ended it."""

    test_title: SafeString | None
    call: str
    raised: str
    ended: str
    all_agree: bool
    numbers: list[NumberGroup] = field(default_factory=list)
    curve: CurveView | None = None
    graph: GraphView | None = None
    stepper: StepperView | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.numbers or self.curve or self.graph or self.stepper)


def show_traced(run: TracedRun, exercise_folder: Exercise, source: str) -> TracedView:
    """The traced run in the current language; `source` is the submission that ran."""
    return TracedView(
        test_title=show_test_title(run.test, exercise_folder),
        call=run.call,
        raised=run.raised,
        ended="" if run.outcome == "ok" else outcome_text(run.outcome, _locale()),
        all_agree=all(comparison.agrees for comparison in run.comparisons),
        numbers=show_numbers(run.comparisons),
        curve=show_curves(run, exercise_folder),
        graph=show_graph(run.graph) if run.graph and run.graph.nodes else None,
        stepper=show_steps(run, source) if run.steps else None,
    )


def _locale() -> str:
    return "zh-hant" if (get_language() or "").startswith("zh") else "en"


def show_test_title(test: str, exercise: Exercise) -> SafeString | None:
    public = exercise.public.get(test)
    return show_text(public.title.get(_locale())) if public else None


# Numbers --------------------------------------------------------------------------------------------------------------


def show_numbers(comparisons: list[Comparison]) -> list[NumberGroup]:
    """Gradients first."""
    gradients = [show_comparison(each) for each in comparisons if each.is_gradient]
    others = [show_comparison(each) for each in comparisons if not each.is_gradient]
    groups = [NumberGroup(gettext("Gradients"), gradients), NumberGroup(gettext("Values"), others)]
    return [group for group in groups if group.rows]


def show_comparison(comparison: Comparison) -> NumberRow:
    yours = comparison.yours
    return NumberRow(
        name=comparison.name,
        agrees=comparison.agrees,
        is_missing=yours is None,
        yours=yours.text if yours else "",
        yours_shape=name_shape(yours) if yours else "",
        expected=comparison.expected.text,
        expected_shape=name_shape(comparison.expected),
        same_shape=yours is None or yours.shape == comparison.expected.shape,
        max_abs=show_text_number(comparison.max_abs),
        max_rel=show_text_number(comparison.max_rel),
        ratio=show_text_number(comparison.ratio),
        remark="" if comparison.agrees else explain_ratio(comparison),
    )


def name_shape(contents: Contents) -> str:
    return show_shape(contents.shape) or gettext("scalar")


def explain_ratio(comparison: Comparison) -> str:
    """What a round ratio says, in a few words."""
    try:
        ratio = float(comparison.ratio)
    except ValueError:
        return ""
    if ratio == 0:
        return gettext("yours is zero")
    if ratio == -1:
        return gettext("the sign is turned round")
    for value, text in (
        (ratio, gettext("%(number)d times the expected")),
        (1 / ratio, gettext("1/%(number)d of the expected")),
    ):
        if 1.5 < value < 1e4 and abs(value - round(value)) <= 2e-3 * value:
            return text % {"number": round(value)}
    return ""


# Curves ---------------------------------------------------------------------------------------------------------------


def show_curves(run: TracedRun, exercise: Exercise) -> CurveView | None:
    curves = [curve for curve in run.curves if curve.losses]
    if not curves:
        return None
    curves.sort(key=lambda curve: -ORDER.index(curve.whose))
    lines = [CurveLine(curve.whose, curve_name(curve.whose), tell_curve(curve)) for curve in curves]
    title = gettext("The loss at each call of backward")
    description = " ".join(f"{line.label}: {line.text}" for line in lines)
    longest = max(len(curve.losses) for curve in curves)
    rows = [(call + 1, [show_loss(curve, call) for curve in curves]) for call in range(longest)]
    is_other = run.curve_test not in ("", run.test)
    return CurveView(
        svg=draw_curves(curves, title, description),
        title=title,
        lines=lines,
        columns=[line.label for line in lines],
        rows=rows,
        test_title=show_test_title(run.curve_test, exercise) if is_other else None,
    )


def show_loss(curve: Curve, call: int) -> str:
    if call >= len(curve.losses):
        return "–"
    loss = curve.losses[call]
    return gettext("not finite") if loss is None else show_number(loss, 6)


def tell_curve(curve: Curve) -> str:
    """How it went, in a sentence or two."""
    finite = finite_part(curve)
    if len(finite) > 1:
        text = ngettext(
            "from %(first)s to %(last)s in %(count)d call.",
            "from %(first)s to %(last)s in %(count)d calls.",
            len(finite),
        )
    elif finite:
        text = gettext("%(first)s in its only call.") if len(curve.losses) == 1 else gettext("%(first)s at first.")
    else:
        text = gettext("not finite from the first call on.")
    sentences = [
        text % {"first": show_number(finite[0]), "last": show_number(finite[-1]), "count": len(finite)}
        if finite
        else text
    ]
    if finite and len(finite) < len(curve.losses):
        sentences.append(gettext("Then it is not finite any more (inf or nan)."))
    if curve.left_out:
        more = ngettext("%(count)d later call is not shown.", "%(count)d later calls are not shown.", curve.left_out)
        sentences.append(more % {"count": curve.left_out})
    return " ".join(sentences)


# Graph ----------------------------------------------------------------------------------------------------------------


def show_graph(graph: Graph) -> GraphView:
    cuts = explain_cuts(graph)
    title = gettext("The computation graph of your run")
    description = gettext("The list below the drawing says the same in words.")
    if cuts:
        stops = ", ".join(cut.code for cut in cuts)
        description = gettext("The gradient stops at %(stops)s.") % {"stops": stops} + " " + description
    return GraphView(draw_graph(graph, title, description), list_nodes(graph), cuts, show_key(graph), graph.left_out)


def show_key(graph: Graph) -> list[GraphKey]:
    """Only for what the drawing has."""
    texts = {
        "filled": gettext("a leaf that wants a gradient; backward has put one into its .grad"),
        "leaf": gettext("a leaf that wants a gradient, and whose .grad is empty"),
        "function": gettext("a Function that PyTorch recorded"),
        "freed": gettext("a Function whose saved tensors backward has freed: it cannot be gone through again"),
        "cut": gettext("what cut the graph"),
        "edge": gettext("the way of the gradient, back from the root"),
        "severed": gettext("cut: values went along here, and no gradient comes back"),
        "root": gettext("the root: the tensor on which backward was called"),
    }
    kinds = {"filled" if node.accumulated else "leaf" for node in graph.nodes if node.kind == "leaf"}
    kinds |= {"freed" if node.freed else "function" for node in graph.nodes if node.kind == "function"}
    kinds |= {"cut" for node in graph.nodes if node.kind == "cut"}
    kinds |= {"severed" if edge.severed else "edge" for node in graph.nodes for edge in node.inputs}
    if 0 <= graph.root < len(graph.nodes):
        kinds.add("root")
    return [GraphKey(sample(kind), text) for kind, text in texts.items() if kind in kinds]


# Steps ----------------------------------------------------------------------------------------------------------------


def show_steps(run: TracedRun, source: str) -> StepperView:
    departure = show_departure(run.departure, run) if run.departure else None
    marked = departure.line if departure else None
    lines = highlight_line(showable(source.replace("\r\n", "\n").rstrip("\n"))).split("\n")
    code = [show_line(number, line, number == marked) for number, line in enumerate(lines, 1)]
    return StepperView(show_trace(run.steps, source), code, departure)


def show_line(number: int, html: str, departs: bool) -> CodeLine:
    """A line inside a long string has its blanks within the string's element."""
    begins = re.match(r"(<span[^>]*>)?([ \t]+)(?=\S)", html)
    if not begins:
        return CodeLine(number, "", SafeString(html), departs)
    return CodeLine(number, begins[2], SafeString((begins[1] or "") + html[begins.end() :]), departs)


def show_departure(departure: Departure, run: TracedRun) -> DepartureView | None:
    if not 0 <= departure.step < len(run.steps):
        return None
    attribute = departure.field in ("grad", "requires_grad", "is_leaf")
    return DepartureView(
        index=departure.step,
        number=departure.step + 1,
        line=run.steps[departure.step].line,
        what=f"{departure.name}.{departure.field}" if attribute else departure.name,
        is_shape=departure.field == "shape",
        yours=departure.yours,
        expected=departure.expected,
    )
