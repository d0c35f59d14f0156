"""Messages: both languages complete, and no way to reach through a placeholder."""

import ast
import re
from pathlib import Path

import pytest

from exercises import messages
from exercises.checks import placeholders
from exercises.format import Text, from_files
from exercises.messages import catalogue, outcome_text, render
from exercises.results import Message
from sandbox.protocol import Outcome

ROOT = Path(messages.__file__).parent

# Every id that grading can give, with an example of its parameters.
EXAMPLES: dict[str, dict[str, str | int | float | bool | None]] = {
    "values_differ": {"what": "w", "shape": "(3, 1)", "max_abs": 0.25, "max_rel": 1.0, "ratio": "2"},
    "not_finite": {"what": "w", "count": 3},
    "shape_differs": {"what": "w", "seen": "(3,)", "expected": "(2,)"},
    "shape_broadcasts": {"what": "w", "seen": "(3, 3)", "expected": "(3, 1)"},
    "dtype_differs": {"what": "w", "seen": "float32", "expected": "float64"},
    "type_differs": {"what": "w", "seen": "list", "expected": "Tensor"},
    "length_differs": {"what": "w", "seen": 3, "expected": 4},
    "missing_key": {"what": "w", "key": "b1"},
    "value_wrong": {"what": "w"},
    "check_failed": {},
    "raised": {"error": "ValueError", "line": 3, "text": "x = y", "explained": True},
    "error.no_grad_fn": {},
    "error.second_backward": {},
    "error.leaf_inplace": {},
    "error.non_scalar_backward": {},
    "error.inplace_modified": {},
    "error.expanded_written": {},
    "error.gradient_shape": {},
    "error.gradient_count": {},
    "error.hook_without_grad": {},
    "error.bool_of_tensor": {},
    "error.none_attribute": {"attribute": "zero_"},
    "error.name_error": {"name": "lr"},
    "error.matmul_shapes": {},
    "error.broadcast_shapes": {},
    "error.dtype": {},
    "error.missing_argument": {},
    "error.unexpected_argument": {},
    "error.import_missing": {"name": "pandas"},
    "error.index": {},
    "error.key": {},
    "error.type": {},
    "error.value": {},
    "error.zero_division": {},
    "error.recursion": {},
    "error.attribute": {},
    "error.assertion": {},
    "error.own": {},
    "not_utf8": {},
    "nul_bytes": {},
    "too_large": {"size": 70000, "limit": 65536},
    "syntax_error": {"line": 3, "column": 4, "text": "x = = 1", "caret": "    ^", "reason": "invalid syntax"},
    "missing_function": {"name": "train"},
    "wrong_signature": {"name": "train", "expected": "train(x)", "seen": "train(y)"},
    "shadows_torch": {"name": "torch"},
    "load_raised": {"error": "ValueError", "line": 3, "text": "x = y"},
    "time_limit": {"seconds": 10},
    "memory_limit": {"mib": 512},
    "output_limit": {"kib": 64},
    "process_limit": {},
    "forbidden_syscall": {},
    "crashed": {"signal": 11},
    "exited": {},
    "protocol_violation": {},
    "sandbox_error": {},
    "unanswered": {},
    "not_run": {},
    "predict_wrong": {"field": "y", "answer": "3.0"},
    "predict_type": {"field": "y", "expected": "none-or-number"},
}


@pytest.mark.parametrize("locale", ["en", "zh-hant"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_message_renders(name, locale):
    text = render(Message(name, EXAMPLES[name]), locale, strict=True)
    assert text.strip()
    assert not re.search(r"[{}]", text)
    assert bool(re.search("[一-鿿]", text)) is (locale == "zh-hant")


def texts_of(entry):
    """(what, text pair) of a table: the sentence itself and those that are added to it."""
    yield "", Text(en=entry.en, zh_hant=entry.zh_hant)
    yield from ((f"with.{name}", text) for name, text in entry.with_.items())
    for name, by_value in entry.when.items():
        yield from ((f"when.{name}.{value}", text) for value, text in by_value.items())


@pytest.mark.parametrize("name", catalogue())
def test_both_languages_use_the_same_placeholders(name):
    for what, text in texts_of(catalogue()[name]):
        assert text.en.strip(), what
        assert text.zh_hant.strip(), what
        assert placeholders(text.en) == placeholders(text.zh_hant), what
        if name in EXAMPLES and not what:
            assert placeholders(text.en) <= EXAMPLES[name].keys()


def test_every_id_in_the_grading_code_has_a_text():
    """`Message("id"…)` anywhere in the code names a table, so that no student meets a general text by a slip."""
    found: set[str] = set()
    for file in [*ROOT.glob("*.py"), *(ROOT / "harness").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Message":
                literal = node.args[0] if node.args else None
                if isinstance(literal, ast.Constant):
                    found.add(str(literal.value))
    assert "sandbox_error" in found
    assert found <= catalogue().keys()


def test_outcomes():
    for outcome in Outcome:
        assert outcome_text(outcome, "en") != outcome_text(outcome, "zh-hant")
    with pytest.raises(KeyError):
        outcome_text("nonsense", "en")


def test_the_ratio_says_what_it_is():
    params = EXAMPLES["values_differ"]
    text = render(Message("values_differ", params), "en")
    assert "Yours / expected = 2." in text
    assert "added twice" in text
    assert "relative: 1)" in text, "numbers are short"
    assert "你的值 ÷ 正確的值 = 2。" in render(Message("values_differ", params), "zh-hant")
    assert "Yours" not in render(Message("values_differ", {**params, "ratio": None}), "en")


def test_optional_sentences():
    assert render(Message("raised", {"error": "ValueError", "line": None, "text": ""}), "en") == (
        "Your code raised ValueError."
    )
    assert "Line 3: `x = y`" in render(Message("raised", EXAMPLES["raised"]), "en")
    assert "Yours: False." in render(Message("value_wrong", {"what": "w", "seen": False, "expected": True}), "en")


def test_words_of_answers_are_translated():
    assert "a number or None" in render(Message("predict_type", EXAMPLES["predict_type"]), "en")
    assert "一個數字或 None" in render(Message("predict_type", EXAMPLES["predict_type"]), "zh-hant")


def test_student_text_is_data_and_never_a_template():
    hostile = {"error": "{0.__class__}", "line": 1, "text": "{error.__class__} {} %s"}
    text = render(Message("raised", hostile), "en")
    assert "{0.__class__}" in text
    assert "{error.__class__} {} %s" in text


def test_unknown_ids(caplog):
    assert render(Message("no_such_id"), "en") == render(Message("check_failed"), "en")
    assert "no_such_id" in caplog.text
    for message in (Message("no_such_id"), Message("exercise:missing"), Message("missing_function")):
        with pytest.raises(KeyError):
            render(message, "en", strict=True)


EXERCISE = """
format = 1
kind = "implement"
tier = 1
section = "3.1"
concepts = ["a"]
entry_points = ["f(x)"]
title = {en = "a", zh-hant = "b"}
tests = {}
hints = []
[messages.nn-broadcast]
en = "The loss has {n} elements."
zh-hant = "損失有 {n} 個元素。"
"""


def test_messages_of_the_exercise():
    exercise = from_files("x", {"exercise.toml": EXERCISE}, check=False)
    message = Message("exercise:nn-broadcast", {"n": 400})
    assert render(message, "en", exercise, strict=True) == "The loss has 400 elements."
    assert render(message, "zh-hant", exercise, strict=True) == "損失有 400 個元素。"
    with pytest.raises(KeyError):
        render(message, "en", None, strict=True)
