"""Traced runs: what they say of a submission, and what a hostile one can make them say."""

from __future__ import annotations

import gc
import weakref

import msgspec
import pytest
import torch

from exercises.format import bundled, load
from exercises.harness import observed
from exercises.harness.departure import find_departure
from exercises.harness.tracing import MAX_BYTES
from exercises.harness.watch import MAX_DRAWN, MAX_NODES, Watch
from exercises.prove import grade_patiently
from exercises.results import Contents, TensorState, TraceStep
from exercises.tracing import trace_submission


def watched(source: str) -> Watch:
    watch = Watch("submission.py")
    with watch:
        exec(compile(source, "submission.py", "exec"), {"torch": torch})
    return watch


def drawn(source: str) -> list[tuple[str, str]]:
    graph = watched(source).graph()
    assert graph is not None
    return [(node.kind, node.label or node.name) for node in graph.nodes]


def test_the_graph_is_pytorch_s_own():
    graph = watched("x = torch.tensor(3.0, requires_grad=True)\ny = x + 1\nz = y * y\nz.backward()\n").graph()
    assert [(node.kind, node.label, node.name, node.line) for node in graph.nodes] == [
        ("leaf", "", "x", 1), ("function", "AddBackward0", "y", 2), ("function", "MulBackward0", "z", 3),
    ]  # fmt: skip
    assert graph.root == 2 and [edge.source for edge in graph.nodes[2].inputs] == [1]
    assert graph.nodes[0].accumulated
    assert [node.freed for node in graph.nodes] == [False, False, True], "an addition keeps nothing that could be freed"


@pytest.mark.parametrize(
    ("cut", "label"),
    [
        ("t = p.detach()", "detach"),
        ("t = p.data", ".data"),
        ("with torch.no_grad():\n    t = p * 2", "no_grad"),
        ("t = torch.tensor(p.sum().item(), requires_grad=True)", ".item()"),
    ],
)
def test_what_cuts_the_graph_is_drawn_with_its_severed_edges(cut, label):
    source = f"w = torch.ones(2, requires_grad=True)\np = w * 3\n{cut}\nloss = ((w - t) ** 2).sum()\nloss.backward()\n"
    graph = watched(source).graph()
    (place,) = [index for index, node in enumerate(graph.nodes) if node.kind == "cut"]
    assert graph.nodes[place].label == label and graph.nodes[place].line >= 3
    assert all(edge.severed for edge in graph.nodes[place].inputs)
    assert [edge.severed for node in graph.nodes for edge in node.inputs if edge.source == place] == [True]


def test_a_loss_without_a_graph_says_so():
    watch = Watch("submission.py")
    with pytest.raises(RuntimeError, match="does not require grad"), watch:
        exec(compile("w = torch.ones(2, requires_grad=True)\nw.detach().sum().backward()", "submission.py", "exec"))
    assert [node.label for node in watch.graph().nodes] == ["", "detach", "no grad_fn"]


def test_a_second_backward_shows_the_graph_that_the_first_one_freed():
    watch = Watch("submission.py")
    source = "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()\n"
    with pytest.raises(RuntimeError, match="second time"), watch:
        exec(compile(source, "submission.py", "exec"), {"torch": torch})
    assert [node.label for node in watch.graph().nodes if node.freed] == ["MulBackward0"]
    assert watch.losses == [2.0, 2.0]


def test_a_retained_graph_is_not_freed():
    graph = watched("x = torch.ones(2, requires_grad=True)\n(x * x).sum().backward(retain_graph=True)\n").graph()
    assert not any(node.freed for node in graph.nodes)


def test_gradients_are_those_of_the_first_backward():
    source = "w = torch.ones(2, requires_grad=True)\nfor _ in range(3):\n    (w * w).sum().backward()\n"
    watch = watched(source)
    assert watch.losses == [2.0] * 3
    assert watch.gradients["w"].tolist() == [2.0, 2.0]
    asked = watched("w = torch.ones(2, requires_grad=True)\nout = torch.autograd.grad((w * w).sum(), w)\n")
    assert asked.gradients["w"].tolist() == [2.0, 2.0]


def test_watching_keeps_no_tensor_alive():
    kept = []
    watch = Watch("submission.py")
    with watch:
        w = torch.ones(50, requires_grad=True)
        loss = (w * w).sum()
        kept.append(weakref.ref(loss))
        loss.backward()
        del loss
    gc.collect()
    assert kept[0]() is None


def test_a_long_program_is_watched_up_to_a_bound():
    graph = watched(
        "w = torch.ones(1, requires_grad=True)\nfor _ in range(2000):\n    w = w * 1.0\nw.sum().backward()\n"
    ).graph()
    assert len(graph.nodes) <= MAX_DRAWN and graph.left_out <= MAX_NODES


def test_watching_changes_nothing():
    source = "torch.manual_seed(0)\nlayer = torch.nn.Linear(3, 1)\nx = torch.randn(4, 3)\nlayer(x).sum().backward()\n"
    one, other = {"torch": torch}, {"torch": torch}
    exec(source, one)
    with Watch("submission.py"):
        exec(compile(source, "submission.py", "exec"), other)
    assert torch.equal(one["layer"].weight.grad, other["layer"].weight.grad)


# --- in the sandbox ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def regression():
    return load(bundled()["fix-regression"])


@pytest.fixture(scope="module")
def broadcast_run(regression, sandbox_client):
    source = regression.files["starter.py"].encode()
    return trace_submission(sandbox_client, regression, source, misconception="nn-broadcast")


def test_the_chapter_s_regression_is_seen_to_broadcast(broadcast_run):
    shapes = {node.label: node.shape for node in broadcast_run.graph.nodes if node.label}
    assert shapes["SubBackward0"] == [3, 3], "(N,) − (N, 1) is (N, N)"
    assert broadcast_run.graph.nodes[broadcast_run.graph.root].name == "loss"


def test_its_loss_falls_to_the_wrong_place(broadcast_run):
    curves = {curve.whose: curve.losses for curve in broadcast_run.curves}
    assert curves["yours"][-1] > 1 and curves["expected"][-1] < 1e-6
    assert curves["yours"][-1] < curves["yours"][0]
    assert curves["mutant"] == pytest.approx(curves["yours"])


def test_its_gradients_are_compared(broadcast_run):
    rows = {row.name: row for row in broadcast_run.comparisons}
    assert not rows["w.grad"].agrees and rows["b.grad"].agrees and rows["b.grad"].ratio == "1"
    assert rows["w.grad"].expected.text == "[-8.66667]" and rows["w.grad"].is_gradient


def test_where_it_first_departs_is_told(broadcast_run):
    departure = broadcast_run.departure
    step = broadcast_run.steps[departure.step]
    assert (departure.name, departure.field) == ("w", "grad") and any(t.name == "w" for t in step.tensors)


def test_the_solution_departs_nowhere(regression, sandbox_client):
    run = trace_submission(sandbox_client, regression, regression.files["solution.py"].encode())
    assert run.departure is None and all(row.agrees for row in run.comparisons) and run.steps


def test_other_ways_to_write_it_agree_with_the_reference(regression, sandbox_client):
    for accepted in regression.accepted:
        run = trace_submission(sandbox_client, regression, accepted.source.encode())
        assert all(row.agrees for row in run.comparisons) and run.departure is None, accepted


def test_a_script_without_functions_is_traced_as_it_loads(regression, sandbox_client):
    source = b"import torch\nw = torch.zeros(1, requires_grad=True)\n((w - 1) ** 2).sum().backward()\n"
    run = trace_submission(sandbox_client, regression, source)
    assert run.test == "" and [step.line for step in run.steps] == [1, 2, 3]
    assert run.graph.nodes[0].name == "w"


@pytest.mark.parametrize(
    "source",
    [
        b"def fit(X, y, lr, epochs):\n    while True: pass\n",
        b"def fit(X, y, lr, epochs):\n    import os; os._exit(0)\n",
        b"def fit(X, y, lr, epochs):\n    raise KeyError('x')\n",
        b"import sys\nsys.settrace = None\ndef fit(X, y, lr, epochs):\n    return 0.0, 0.0, [0.0]\n",
        b"import torch\ntorch.autograd.backward = None\ndef fit(X, y, lr, epochs):\n    return 0.0, 0.0, [0.0]\n",
        b"def fit(X, y, lr, epochs):\n    return [X * 1e30] * 600, {}, 'x' * 10**7\n",
        b"def fit(X, y, lr, epochs):\n    return float('inf'), float('nan'), [float('-inf')] * epochs\n",
        b"not python (",
        b"\xff\xfe",
        b"",
    ],
    ids=["endless", "exits", "raises", "no-settrace", "no-backward", "huge", "infinite", "syntax", "not-utf8", "empty"],
)
def test_nothing_that_a_submission_does_breaks_its_trace(regression, sandbox_client, source):
    run = trace_submission(sandbox_client, regression, source)
    assert run is not None and len(msgspec.json.encode(run)) <= MAX_BYTES


def test_a_forged_account_is_decoded_strictly(regression, sandbox_client):
    forger = (
        b"from exercises.harness import observed\n"
        b"def told(self):\n"
        b"    return {'steps': [{'line': 10**9, 'last_line': 1}], 'losses': [], 'losses_left_out': 0,\n"
        b"            'graph': None, 'gradients': {}}\n"
        b"observed.Observed.told = told\n"
        b"def fit(X, y, lr, epochs):\n    return 0.0, 0.0, [0.0]\n"
    )
    assert trace_submission(sandbox_client, regression, forger).steps == []


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [{"line": 0, "last_line": 1}]},
        {"graph": {"nodes": [{"kind": "leaf", "inputs": [{"source": 0}]}], "root": 0}},
        {"graph": {"nodes": [{"kind": "leaf"}], "root": 1}},
        {"graph": {"nodes": [{"kind": "leaf"}] * 500, "root": 0}},
        {"graph": {"nodes": [{"kind": "evil"}], "root": 0}},
        {"losses": "high"},
        {"gradients": [1]},
        {"gradients": {str(n): torch.ones(1) for n in range(99)}},
    ],
)
def test_what_no_honest_process_tells_is_refused(change):
    honest = {"steps": [], "losses": [1.0], "losses_left_out": 0, "graph": None, "gradients": {}}
    assert observed.read(honest, 3).losses == [1.0]
    with pytest.raises(ValueError):
        observed.read(honest | change, 3)


def test_what_steers_a_terminal_is_shown_not_sent():
    steps = [{"line": 1, "last_line": 1, "raised": "\x1b[2J\u202e"}]
    told = observed.read({"steps": steps, "losses": [], "losses_left_out": 0, "graph": None, "gradients": {}}, 1)
    assert "\x1b" not in told.steps[0].raised and "\u202e" not in told.steps[0].raised


def state(name: str, text: str, grad: str = "", shape: list[int] | None = None) -> TensorState:
    return TensorState(name, Contents(shape or [], text), True, True, grad=Contents([], grad) if grad else None)


def test_another_order_of_the_same_steps_departs_nowhere():
    one = [TraceStep(1, 1, [state("w", "1.0")]), TraceStep(2, 2, [state("w", "1.0", "2.0")])]
    cleared = [*one, TraceStep(3, 3, [state("w", "0.8", "2.0")]), TraceStep(4, 4, [state("w", "0.8")])]
    kept = [*one, TraceStep(3, 3, [state("w", "1.0")]), TraceStep(4, 4, [state("w", "0.8")])]
    assert find_departure(cleared, kept) is None
    other = [*one, TraceStep(3, 3, [state("w", "0.8", "2.0")]), TraceStep(4, 4, [state("w", "0.8", "4.0")])]
    wanted = [*kept, TraceStep(5, 5, [state("w", "0.8", "1.6")])]
    departure = find_departure(other, wanted)
    assert departure is not None and (departure.step, departure.field, departure.expected) == (3, "grad", "1.6")


# --- of hidden tests --------------------------------------------------------------------------------------------------


def test_hidden_numbers_are_shapes_and_ratios_of_the_first_failed_test(sandbox_client):
    exercise = load(bundled()["zero-grad-loop"])
    source = next(m.source for m in exercise.mutants if m.misconception == "no-zero")
    result = grade_patiently(sandbox_client, exercise, source.encode(), seed=3)
    told = [test for test in result.tests if test.numbers]
    first = next(test for test in result.tests if not test.passed and not test.advice)
    assert [test.id for test in told] == [first.id]
    assert any(not number.agrees for number in first.numbers)
    assert all(number.expected_shape.startswith("(") for number in first.numbers)


def test_numbers_that_are_not_finite_cost_nobody_the_grading(regression, sandbox_client):
    source = b"def fit(X, y, lr, epochs):\n    return float('inf'), float('nan'), [float('-inf')] * epochs\n"
    result = grade_patiently(sandbox_client, regression, source, seed=1)
    assert result.status == "graded" and not result.passed
    assert any(number.name == "w" and not number.agrees for test in result.tests for number in test.numbers)
