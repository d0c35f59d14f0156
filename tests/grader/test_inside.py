"""What a traced run shows: each state, both languages, nothing a submission says taken for markup, no hidden value."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from exercises.format import bundled, load
from exercises.results import Contents, TensorState, TraceStep
from exercises.traced import Comparison, Curve, Departure, Edge, Graph, Node, TracedRun
from grader.submissions.curve_drawing import choose_scale, draw_curves, thumbnail
from grader.submissions.graph_drawing import draw_graph
from grader.submissions.graph_layout import lay_out
from grader.submissions.inside import TracedView, show_traced
from grader.submissions.svg import clip, columns, show_number

SOURCE = 'import torch\n\ndef f(w):\n    """A text\n    of two lines."""\n    p = w * 2\n    return p.sum()\n'
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e\x1b"


@pytest.fixture(scope="module")
def exercise():
    return load(bundled()["fix-regression"])


@pytest.fixture
def show(exercise):
    """The fragment as HTML, and the view behind it."""

    def show(run: TracedRun, language: str = "en", source: str = SOURCE) -> tuple[str, TracedView]:
        with translation.override(language):
            view = show_traced(run, exercise, source)
            return render_to_string("submissions/_traced.html", {"traced": view}), view

    return show


def numbers(*rows: Comparison) -> TracedRun:
    return TracedRun(comparisons=list(rows))


def cut_graph(cut: str = "detach", name: str = "w", label: str = "MulBackward0", left_out: int = 0) -> Graph:
    """loss = (p.detach() * v).sum() with p = w * 2."""
    return Graph(
        [
            Node("leaf", "", name, [3], 2),
            Node("function", label, "p", [3], 6, [Edge(0)]),
            Node("cut", cut, "", [3], 7, [Edge(1, severed=True)]),
            Node("leaf", "", "v", [3], 3, [], accumulated=True),
            Node("function", "MulBackward0", "", [3], 8, [Edge(2, severed=True), Edge(3)], freed=True),
            Node("function", "SumBackward0", "loss", [], 8, [Edge(4)]),
        ],
        root=5,
        left_out=left_out,
    )


def full_run(text: str = "w") -> TracedRun:
    """Everything that there can be, with `text` wherever a submission has a word to say."""
    state = TensorState(text, Contents([2], text), True, True, text, Contents([2], text), 0, [text], new=True)
    return TracedRun(
        outcome="ok",
        test="test_first_step",
        call=text,
        raised=text,
        comparisons=[
            Comparison(text, Contents([2], text), Contents([2], text), False, True, "0.5", "0.1", "2"),
            Comparison(text, None, Contents([3], ""), False),
        ],
        curves=[Curve("yours", [3.0, None]), Curve("expected", [3.0, 0.01], 7), Curve("mutant", [3.0, 2.0])],
        curve_test="test_line",
        graph=cut_graph(text, text, text, 4),
        steps=[
            TraceStep(6, 6, [state], function=text),
            TraceStep(7, 7, [], text, text, 2, True),
            TraceStep(99, 99),
        ],
        departure=Departure(1, text, "grad", text, text),
    )


def test_gradients_come_first_and_a_missing_one_is_said(show):
    html, view = show(
        numbers(
            Comparison("loss", Contents([], "11.7"), Contents([], "11.7"), True, max_abs="0", max_rel="0", ratio="1"),
            Comparison("w.grad", None, Contents([2], "[1.0, 2.0]"), False, is_gradient=True),
            Comparison("b.grad", Contents([2, 2]), Contents([2]), False, is_gradient=True),
        )
    )
    assert [(group.title, [row.name for row in group.rows]) for group in view.numbers] == [
        ("Gradients", ["w.grad", "b.grad"]), ("Values", ["loss"]),
    ]  # fmt: skip
    missing, other = view.numbers[0].rows
    assert missing.is_missing and missing.same_shape and not other.same_shape
    assert html.count("missing</strong>") == 1
    assert "(2, 2)" in html and "too long to show" in html
    # Not by colour alone: an icon of its own and a word.
    assert [html.count(f">{word}<") for word in ("agrees", "differs", "missing")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("ratio", "remark"),
    [
        ("0", "yours is zero"), ("-1", "the sign is turned round"), ("3", "3 times the expected"),
        ("0.333", "1/3 of the expected"), ("-2", ""), ("1.31", ""), ("", ""), ("inf", ""), ("nan", ""), ("x", ""),
    ],
)  # fmt: skip
def test_a_round_ratio_is_explained(show, ratio, remark):
    with translation.override("en"):
        _, view = show(numbers(Comparison("w", Contents([]), Contents([]), False, ratio=ratio)))
    assert view.numbers[0].rows[0].remark == remark


def test_numbers_read_as_people_write_them():
    shown = {
        0.0: "0", -0.86667: "−0.8667", 2.5: "2.5", 1e-7: "10⁻⁷", 1.234e-7: "1.234 × 10⁻⁷", 12345.0: "12345",
        3.3e38: "3.3 × 10³⁸", -1e-9: "−10⁻⁹", math.inf: "inf", 11.66666: "11.67",
    }  # fmt: skip
    assert {value: show_number(value) for value in shown} == shown


def test_the_scale_is_logarithmic_where_a_linear_one_would_hide_the_end():
    assert not choose_scale([5.0, 4.0, 3.0]).log
    assert choose_scale([5.0, 0.001]).log
    assert not choose_scale([5.0, -0.001]).log
    zero = choose_scale([5.0, 0.01, 0.0])
    assert zero.log and 0 < zero.floor < 0.01
    for losses in ([0.0, 0.0], [1e300, 1e-300], [1.7e308, 5e-324], [-1.7e308, 1.7e308], [5e-324, 0.0], [1e-320, 1.0]):
        scale = choose_scale(losses)
        assert scale.low < scale.high and all(map(math.isfinite, scale.ticks)) and scale.ticks
        drawing = draw_curves([Curve("yours", list(losses))], "t", "d")
        assert drawing and "nan" not in drawing and "inf" not in drawing


def test_curves_are_told_apart_by_line_and_label(show):
    html, view = show(full_run())
    drawing = ElementTree.fromstring(view.curve.svg)
    classes = [shape.get("class") for shape in drawing.iter()]
    assert {"curve-expected", "curve-mutant", "curve-label-yours", "curve-label-expected"} <= set(classes)
    assert classes.count("curve-lost") == 2, "a cross where yours is not finite any more"
    assert drawing.find("title") is not None and "not finite" in drawing.find("desc").text
    assert view.curve.columns == ["yours", "expected", "the mistake"]
    assert view.curve.rows == [(1, ["3", "3", "3"]), (2, ["not finite", "0.01", "2"])]
    assert "7 later calls are not shown." in html
    assert "150" in html, "the title of the example with the curve, where that is another one"


def test_a_single_call_of_backward_needs_no_drawing(show):
    html, view = show(TracedRun(curves=[Curve("yours", [2.5])]))
    assert view.curve.svg is None and "2.5 in its only call." in html
    assert draw_curves([Curve("yours", [None, None])], "t", "d") is None
    assert show(TracedRun(curves=[Curve("yours", [None, None])]))[1].curve.lines[0].text.startswith("not finite")


def test_a_thumbnail_says_nothing_and_may_be_empty():
    assert thumbnail([]) == "" == thumbnail([Curve("yours", [1.0])]) == thumbnail([Curve("yours", [None, 1.0])])
    small = thumbnail(
        [Curve("yours", [float(i) for i in range(1, 400)]), Curve("expected", [5.0, 4.0]), Curve("mutant", [9.0, 9.0])]
    )
    assert 'aria-hidden="true"' in small and "curve-mutant" not in small and len(small) < 1500
    ElementTree.fromstring(small)


@pytest.mark.parametrize(
    ("cut", "shown"),
    [("detach", ".detach()"), ("no_grad", "torch.no_grad()"), (".item()", ".item()"), (".data", ".data"), ("x", "x")],
)
def test_a_cut_says_what_stopped_the_gradient_and_who_gets_none(show, cut, shown):
    html, view = show(TracedRun(graph=cut_graph(cut)))
    (told,) = view.graph.cuts
    assert (told.code, told.before, told.line) == (shown, ["w"], 7) and told.text
    assert f"<code>{shown}</code>" in html and "So nothing arrives at:" in html


def test_the_list_says_what_the_drawing_says(show):
    html, view = show(TracedRun(graph=cut_graph(left_out=4)))
    assert [node.label for node in view.graph.nodes] == [
        "SumBackward0", "MulBackward0", "v", ".detach()", "MulBackward0", "w",
    ]  # fmt: skip
    root, mul, leaf, cut, _, other = view.graph.nodes
    assert root.is_root and [(each.number, each.severed) for each in mul.inputs] == [(4, True), (3, False)]
    assert "freed" in mul.details and "leaf, .grad filled" in leaf.details and "leaf, no .grad" in other.details
    assert [(each.number, each.severed) for each in cut.inputs] == [(5, True)]
    assert "4 more nodes are not shown." in html
    drawing = ElementTree.fromstring(view.graph.svg)
    classes = [shape.get("class") for shape in drawing.iter()]
    counts = {
        kind: classes.count(f"graph-{kind}")
        for kind in ("leaf", "filled", "function", "freed", "root", "edge", "severed", "word")
    }
    assert counts == {"leaf": 1, "filled": 1, "function": 2, "freed": 1, "root": 1, "edge": 3, "severed": 2, "word": 1}
    assert len(view.graph.key) == 8


def test_a_graph_that_leads_nowhere_is_drawn_as_far_as_it_goes(show):
    graph = Graph([Node("function", "A", inputs=[Edge(0), Edge(7), Edge(-1)]), Node("leaf", inputs=[Edge(0)])], root=9)
    html, view = show(TracedRun(graph=graph))
    assert [len(node.inputs) for node in view.graph.nodes] == [1, 0]
    assert not any(node.is_root for node in view.graph.nodes)
    assert "unnamed tensor" in html and draw_graph(Graph([], 0), "", "") is None
    assert show(TracedRun(graph=Graph([], 0)))[1].graph is None


@pytest.mark.parametrize("depth", [1, 40])
def test_nodes_do_not_overlap_and_inputs_stand_above(depth):
    inputs: list[list[int]] = [[], []]
    for _ in range(depth):
        inputs.append([len(inputs) - 1, 0])
        inputs.append([])
        inputs.append([len(inputs) - 2, len(inputs) - 1, len(inputs) - 1])
    widths = [90.0 + 40 * (index % 3) for index in range(len(inputs))]
    layout = lay_out(widths, inputs, 48, 46)
    boxes = [(x - width / 2, x + width / 2, y) for (x, y), width in zip(layout.places, widths, strict=True)]
    for index, (left, right, y) in enumerate(boxes):
        assert left > -0.01 and right < layout.width + 0.01 and y <= layout.height - 24 + 0.01
        assert all(right <= a or left >= b for a, b, other in boxes[index + 1 :] if other == y)
        assert all(boxes[source][2] < y for source in inputs[index])
    chain = {round(layout.places[index][0]) for index in range(4, len(inputs), 3)}
    assert len(chain) == 1, "the longest way hangs straight down"
    assert len(layout.ways) == sum(map(len, inputs))


def test_the_stepper_has_every_line_and_every_step(show):
    html, view = show(full_run())
    assert [line.number for line in view.stepper.lines] == list(range(1, 8))
    assert "of two lines" in view.stepper.lines[4].code
    assert [line.number for line in view.stepper.lines if line.departs] == [7]
    assert html.count("data-first=") == 3 and 'max="3"' in html
    assert (view.stepper.departure.what, view.stepper.departure.number) == ("w.grad", 2)
    assert "2 more tensors changed." in html and "The program went on; its trace ends here." in html
    assert html.count("Here it first differs from the reference solution.") == 2
    # All of it is there without JavaScript: the walk is hidden, the table of all steps open.
    assert re.search(r"<div class=\"stepper\" data-stepper[^>]*\bhidden\b", html) and "open data-all" in html


def test_a_departure_beyond_the_steps_is_not_told(show):
    run = TracedRun(steps=[TraceStep(1, 1)], departure=Departure(5, "w", "value", "1", "2"))
    assert show(run)[1].stepper.departure is None


def test_another_way_to_the_same_end_is_not_called_a_mistake(show):
    row = Comparison("w", Contents([], "1"), Contents([], "1"), True)
    run = TracedRun(comparisons=[row], steps=[TraceStep(6, 6)], departure=Departure(0, "p", "shape", "(2,)", "(2, 1)"))
    assert "no mistake" in show(run)[0] and "shape of <code>p</code> is" in show(run)[0]


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_what_a_submission_says_is_never_markup(show, language):
    html, _ = show(full_run(HOSTILE), language, HOSTILE + "\n" + SOURCE)
    assert "<img" not in html and "\u202e" not in html and "\x1b" not in html
    assert not re.search(r"<[^>]*\sonerror=alert\(1\)>[^<]*", re.sub(r"&[a-z#0-9]+;", "", html))
    assert "style=" not in html and "<script" not in html
    for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(drawing)


def test_long_names_are_cut_in_the_drawing():
    assert columns(clip("張" * 200, 28)) <= 28 and clip("short", 28) == "short"
    graph = Graph([Node("leaf", "", "n" * 5000, [1] * 60)], 0)
    drawing = draw_graph(graph, "t", "d")
    assert len(drawing) < 2500


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_states_without_a_run(show, language):
    html, view = show(TracedRun(outcome="time_limit"), language)
    assert view.is_empty and view.ended
    assert ("It ended early:" in html) == (language == "en")
    assert not (view.numbers or view.curve or view.graph or view.stepper)
    html, view = show(
        TracedRun(raised="RuntimeError: no grad", steps=[TraceStep(6, 6, raised="RuntimeError: no grad")]), language
    )
    assert not view.is_empty and html.count("RuntimeError: no grad") == 2


def test_chinese_has_no_english_sentence_in_it(show):
    html, _ = show(full_run(), "zh-hant")
    text = re.sub(r"<(code|kbd|svg)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    assert "計算圖" in html and "葉張量" in html and "剪斷" in html
    assert not re.search(r"\b(the|your|step|line|shape|leaf|freed)\b", text, re.IGNORECASE)


def test_hidden_numbers_show_ratio_and_shape_only():
    secret = "0.123456"
    rows = [
        SimpleNamespace(
            name="w.grad", agrees=False, yours_shape="(3,)", expected_shape="(3, 1)", ratio="", yours=secret
        ),
        SimpleNamespace(name=HOSTILE, agrees=False, yours_shape="", expected_shape="(2,)", ratio="", expected=secret),
        SimpleNamespace(name="loss", agrees=True, yours_shape="()", expected_shape="()", ratio="1", max_abs=secret),
    ]
    with translation.override("en"):
        html = render_to_string("submissions/_numbers_hidden.html", {"rows": rows})
    assert secret not in html and "<img" not in html
    assert [html.count(f">{word}<") for word in ("agrees", "differs", "missing")] == [1, 1, 1]
    assert "(3, 1)" in html and "(3,)" in html
