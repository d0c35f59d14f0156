"""What each line of a program did to its tensors, as plain data."""

from __future__ import annotations

import gc
import random
import sys
import time
import warnings
import weakref
from string import Template

import msgspec
import pytest
import torch

from exercises.format import bundled, load
from exercises.grading import answers_to_source, grade
from exercises.harness.parts import Field, Prediction
from exercises.harness.predict import key_of
from exercises.harness.trace import MAX_CHARACTERS, MAX_STEPS, MAX_TENSORS, trace
from exercises.results import Contents, Result, TraceStep

PREDICTIONS = [slug for slug, path in bundled().items() if load(path).kind == "predict"]


def steps_of(source: str, **names: object) -> dict[int, TraceStep]:
    """By line; of a line that ran several times, the last."""
    return {step.line: step for step in trace(source, names)}


def state(steps: dict[int, TraceStep], line: int, name: str):
    return next(tensor for tensor in steps[line].tensors if tensor.name == name)


def names(step: TraceStep) -> list[str]:
    return [tensor.name for tensor in step.tensors]


def draw(slug: str) -> tuple[str, dict[str, int | float]]:
    """A snippet with numbers, and the numbers."""
    exercise, drawn = load(bundled()[slug]), {}
    exec(exercise.files["variants.py"], drawn)
    numbers = drawn["draw"](random.Random(7))
    return Template(exercise.files["snippet.tmpl"]).substitute(numbers), numbers


def test_there_are_seven_predictions():
    assert len(PREDICTIONS) == 7


@pytest.mark.parametrize("slug", PREDICTIONS)
def test_every_statement_of_a_snippet_has_a_step_and_every_tensor_its_last_state(slug):
    source, numbers = draw(slug)
    steps = trace(source)
    lines = source.splitlines()
    # All but empty lines and the bodies of functions that nobody calls.
    ran = [n for n, line in enumerate(lines, 1) if line.strip() and "again" not in "".join(lines[max(0, n - 3) : n])]
    assert set(ran) <= {step.line for step in steps} <= set(range(1, len(lines) + 1))
    assert not any(step.raised or step.cut or step.left_out for step in steps)
    last = {tensor.name: tensor for step in steps for tensor in step.tensors}
    fields = ("requires_grad", "is_leaf", "_version", "grad")
    wanted = [Field(f"{name}.{field}", "bool", f"{name}.{field}") for name in last for field in fields]
    key = key_of(Prediction(load(bundled()[slug]).files["snippet.tmpl"], b"", wanted), numbers)
    for name, tensor in last.items():
        assert tensor.requires_grad is key[f"{name}.requires_grad"]
        assert tensor.is_leaf is key[f"{name}.is_leaf"]
        assert tensor.version == (key[f"{name}._version"] if key[f"{name}._version"] != "error" else None)
        assert (tensor.grad is None) == (key[f"{name}.grad"] is None)


def test_a_view_shares_its_storage_and_a_change_shows_in_both():
    steps = steps_of("x = torch.zeros(2, 2)\nv = x[0]\nv += 3\n")
    assert state(steps, 1, "x").shares == []
    assert (state(steps, 2, "x").shares, state(steps, 2, "x").changed) == (["v"], ["shares"])
    assert state(steps, 2, "v").shares == ["x"]
    assert state(steps, 3, "x").value == Contents([2, 2], "[[3.0, 3.0], [0.0, 0.0]]")
    assert [(tensor.name, tensor.changed) for tensor in steps[3].tensors] == [
        ("x", ["value", "version"]),
        ("v", ["value", "version"]),
    ]


def test_gradients_accumulate_and_are_cleared():
    source = "x = torch.tensor(3.0, requires_grad=True)\n(x * x).backward()\n(x * x).backward()\nx.grad.zero_()\nx.grad = None\n"
    steps = steps_of(source)
    assert [step.tensors[0].grad for step in steps.values()] == [
        None,
        Contents([], "6.0"),
        Contents([], "12.0"),
        Contents([], "0.0"),
        None,
    ]
    assert all(steps[line].tensors[0].changed == ["grad"] for line in (2, 3, 4, 5))


def test_detach_gives_a_leaf_in_the_same_storage():
    z = state(steps_of("x = torch.ones(1, requires_grad=True)\ny = x * 2\nz = y.detach()\n"), 3, "z")
    assert (z.requires_grad, z.is_leaf, z.grad_fn, z.shares, z.new) == (False, True, "", ["y"], True)


def test_a_name_bound_anew_is_a_new_tensor_and_one_changed_in_place_is_not():
    steps = steps_of("w = torch.ones(1, requires_grad=True)\nw = w - 1\nwith torch.no_grad():\n    w -= 1\n")
    assert (state(steps, 2, "w").new, state(steps, 2, "w").grad_fn) == (True, "SubBackward0")
    assert state(steps, 2, "w").changed == ["value", "is_leaf", "grad_fn"]
    assert (state(steps, 4, "w").new, state(steps, 4, "w").changed) == (False, ["value", "version"])


def test_a_tensor_of_inference_mode_has_no_version():
    steps = steps_of("with torch.inference_mode():\n    a = torch.ones(1)\n    a += 1\n")
    assert (state(steps, 2, "a").version, state(steps, 3, "a").version) == (None, None)
    assert state(steps, 3, "a").changed == ["value"]


def test_a_line_that_raises_ends_the_trace_and_says_so():
    steps = trace("x = torch.ones(1, requires_grad=True)\nx += 1\ny = x\n")
    assert [step.line for step in steps] == [1, 2]
    assert steps[1].raised.startswith("RuntimeError: a leaf Variable that requires grad is being used")
    assert "\n" not in steps[1].raised and steps[0].raised == ""


def test_what_the_program_catches_does_not_end_it():
    steps = steps_of("try:\n    1 / 0\nexcept ZeroDivisionError:\n    x = torch.ones(1)\n")
    assert steps[2].raised == "ZeroDivisionError: division by zero"
    assert names(steps[4]) == ["x"] and steps[4].raised == ""


def test_blocks_loops_and_statements_of_several_lines():
    source = (
        "x = torch.ones(1)\nfor i in range(2):\n    with torch.no_grad():\n        x.mul_(\n            2,\n        )\n"
    )
    assert [(step.line, step.last_line) for step in trace(source)] == [
        (1, 1), (2, 2), (3, 3), (4, 6), (2, 2), (3, 3), (4, 6), (2, 2),
    ]  # fmt: skip


def test_functions_of_the_program_are_traced_and_comprehensions_are_part_of_their_line():
    steps = trace("def f(t):\n    t *= 2\n    return t\nx = torch.ones(1)\ny = [f(x) for _ in range(1)]\n")
    assert [(step.line, step.function) for step in steps] == [(1, ""), (4, ""), (2, "f"), (3, "f"), (5, "")]
    assert names(steps[2]) == ["t"] and names(steps[4]) == ["x", "y[0]"]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("torch.tensor(1 / 3)", "0.333333"),
        ("torch.tensor(-0.0)", "-0.0"),
        ("torch.tensor(1e30)", "1e+30"),
        ("torch.tensor([float('nan'), float('inf')])", "[nan, inf]"),
        ("torch.tensor([True])", "[True]"),
        ("torch.tensor(1234567)", "1234567"),
        ("torch.tensor(1 + 2j)", "1+2j"),
        ("torch.ones(0, 3)", "[]"),
        ("torch.ones(2, dtype=torch.bfloat16)", "[1.0, 1.0]"),
        ("torch.ones(40)", ""),
        ("torch.ones(2, device='meta')", ""),
        ("torch.eye(2).to_sparse()", ""),
        ("torch.full((16,), -1.23456e-30, dtype=torch.float64)", "[" + ", ".join(["-1.23456e-30"] * 16) + "]"),
    ],
)
def test_values_are_short_and_true(expression, text):
    (step,) = trace(f"x = {expression}\n")
    value = step.tensors[0].value
    assert value.text == (text if len(text) <= MAX_CHARACTERS else "")
    assert value.shape == list(eval(expression).shape)


def test_a_change_that_the_text_does_not_show_is_a_change():
    steps = steps_of("x = torch.ones(100)\nx.data[3] = 2\ny = torch.ones(1)\ny.data += 1e-6\n")
    assert state(steps, 2, "x").changed == ["value"]
    assert state(steps, 4, "y").changed == ["value"]


def test_everything_is_bounded():
    many = "\n".join(f"t{n} = torch.ones(1)" for n in range(MAX_TENSORS + 3))
    steps = trace(many + "\nfor n in range(99):\n    t0 += 1\n")
    assert len(steps) == MAX_STEPS
    assert [step.cut for step in steps] == [False] * (MAX_STEPS - 1) + [True]
    (step,) = trace("; ".join(many.split("\n")))
    assert (len(step.tensors), step.left_out) == (MAX_TENSORS, 3)
    (step,) = trace(f"raise ValueError('x' * {5 * MAX_CHARACTERS})")
    assert len(step.raised) == MAX_CHARACTERS
    assert not any(step.cut for step in trace("x = 1\n" * MAX_STEPS))


def test_control_characters_in_an_exception_are_shown():
    assert trace("raise ValueError('a\\x1b[31mb')")[0].raised == "ValueError: a␛[31mb"


def test_nothing_is_kept_alive_and_nothing_is_changed():
    made: list[weakref.ref[torch.Tensor]] = []
    before = sys.gettrace()
    source = (
        "x = torch.ones(3, requires_grad=True)\nkeep(x)\ny = x * 2\nkeep(y)\n"
        "def f():\n    return y\ntry:\n    x += 1\nexcept RuntimeError as error:\n    e = error\ny.sum().backward()\n1 / 0\n"
    )
    gc.disable()
    try:
        steps = trace(source, {"keep": lambda tensor: made.append(weakref.ref(tensor))})
        gc.collect()
        assert [reference() for reference in made] == [None, None]
    finally:
        gc.enable()
    assert sys.gettrace() is before
    assert steps[-1].raised.startswith("ZeroDivisionError")


def test_reading_a_gradient_warns_nobody():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        steps = steps_of("x = torch.ones(1, requires_grad=True)\ny = x * 2\ny.retain_grad()\nz = y * 2\nz.backward()\n")
    assert state(steps, 5, "y").grad == Contents([1], "[2.0]")
    assert state(steps, 4, "z").grad is None


@pytest.mark.parametrize("slug", PREDICTIONS)
def test_it_costs_little(slug):
    source, _ = draw(slug)
    trace(source)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        trace(source)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01


def answered(client, folder, variant):
    exercise = load(folder)
    answers = dict.fromkeys((field.name for field in exercise.predict.fields), 1)
    return grade(client, exercise, answers_to_source(exercise, answers), seed=3, variant=variant)


def test_an_answer_on_the_web_comes_back_with_the_trace(predict_folder, sandbox_client):
    result = answered(sandbox_client, predict_folder, {"x": 3, "c": 5})
    assert result.status == "graded" and not result.passed
    source = Template(load(predict_folder).files["snippet.tmpl"]).substitute(x=3, c=5)
    assert result.trace == trace(source) != []
    stored = msgspec.json.encode(result)
    assert msgspec.json.decode(stored, type=Result) == result


def test_a_file_with_predictions_has_no_trace(predict_folder, sandbox_client):
    assert answered(sandbox_client, predict_folder, None).trace == []


def test_a_snippet_that_cannot_be_traced_is_scored_all_the_same(predict_folder, sandbox_client):
    snippet = predict_folder / "snippet.tmpl"
    # Whoever removes the trace function is not traced.
    snippet.write_text(snippet.read_text() + "\nimport sys\nsys.settrace(None)\n")
    result = answered(sandbox_client, predict_folder, {"x": 3, "c": 5})
    assert (result.status, len(result.tests)) == ("graded", len(load(predict_folder).predict.fields))


def test_a_result_stored_before_there_were_traces_is_read(predict_folder, sandbox_client):
    stored = msgspec.to_builtins(answered(sandbox_client, predict_folder, None))
    del stored["trace"]
    assert msgspec.convert(stored, Result).trace == []
