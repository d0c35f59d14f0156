"""Predict exercises: draw numbers, ask torch for the key, compare one field of the answer.

A draw is rejected when a mutant (a predict function that holds a misconception) is right about a field that it is
said to get wrong: then a right answer would prove nothing.
"""

from __future__ import annotations

import math
import random
import warnings
from string import Template
from typing import Any

import torch

from exercises.harness import student as student_role
from exercises.harness.check import CheckFailed, kind_of
from exercises.harness.parts import CheckerPart, Field, Mutant, Prediction, code_of
from exercises.harness.trace import trace
from exercises.results import Message, TraceStep

ERROR = "error"  # the answer to "what is …?" where asking raises
_TRIES = 30
ENOUGH = 8  # variants, so that a second attempt is a new question

Numbers = dict[str, int | float]


def key_of(prediction: Prediction, numbers: Numbers) -> dict[str, Any]:
    """What torch really gives: the snippet is run with these numbers, then each field's expression is read."""
    namespace: dict[str, Any] = {"torch": torch}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a snippet may do on purpose what torch warns of
        exec(compile(Template(prediction.snippet).substitute(numbers), "snippet.py", "exec"), namespace)
        return {field.name: _read(field.expr, namespace) for field in prediction.fields}


def trace_of(part: CheckerPart) -> list[TraceStep]:
    """What each line of the snippet did with the student's own numbers; nothing for a file, which has many variants."""
    prediction = part.prediction
    if prediction is None or len(prediction.variants) != 1 or part.public:
        return []
    try:
        return trace(Template(prediction.snippet).substitute(prediction.variants[0]))
    except Exception:  # no score depends on it
        return []


def _read(expression: str, namespace: dict[str, Any]) -> Any:
    try:
        value = eval(expression, namespace)
    except Exception:
        return ERROR
    return value.item() if isinstance(value, torch.Tensor) and value.dim() == 0 else value


def same(answer: object, key: object) -> bool:
    """Numbers to three digits (students round), everything else exactly; None, bools and numbers are not each other."""
    if isinstance(answer, torch.Tensor) and answer.numel() == 1:
        answer = answer.item()
    if isinstance(key, list | tuple | torch.Size):
        return isinstance(answer, list | tuple) and list(answer) == list(key)
    if type(key) in (int, float) and type(answer) in (int, float):
        assert isinstance(answer, int | float) and isinstance(key, int | float)
        return math.isclose(answer, key, rel_tol=1e-3, abs_tol=1e-6)
    return type(answer) is type(key) and answer == key


class Draws:
    """Draws variants with the exercise's own `draw(rng)`, and keeps those that tell right from wrong."""

    def __init__(self, prediction: Prediction, mutants: list[Mutant]) -> None:
        self.prediction = prediction
        self.draw = student_role.load_module("variants", code_of(prediction.draw)).draw
        self.mutants = [
            (student_role.load_module("mutant", code_of(mutant.code)).predict, mutant.fails) for mutant in mutants
        ]

    @classmethod
    def of(cls, part: CheckerPart) -> Draws:
        assert part.prediction is not None
        return cls(part.prediction, part.mutants)

    def take(self, count: int, seed: int) -> list[Numbers]:
        """Up to `count` different ones: as many as there are. Raises ValueError when they are fewer than ENOUGH."""
        rng, taken = random.Random(seed), []
        for _ in range(_TRIES * count):
            numbers = self.draw(rng)
            if numbers not in taken and self.tells(numbers):
                taken.append(numbers)
            if len(taken) == count:
                return taken
        if len(taken) < min(ENOUGH, count):
            raise ValueError(f"variants.py: draw: only {len(taken)} draws tell every misconception from the key")
        return taken

    def tells(self, numbers: Numbers) -> bool:
        key = key_of(self.prediction, numbers)
        names = [field.name for field in self.prediction.fields]
        for predict, fails in self.mutants:
            answer = dict(zip(names, predict(**numbers), strict=True))
            if any(same(answer[test.removeprefix("test_")], key[test.removeprefix("test_")]) for test in fails):
                return False
        return True


class Variants(list[Numbers]):
    """The fixture: the numbers to predict for, with what is needed to check an answer."""

    def __init__(self, numbers: list[Numbers], prediction: Prediction) -> None:
        super().__init__(numbers)
        self.prediction = prediction

    @classmethod
    def of(cls, part: CheckerPart) -> Variants | None:
        """The student's own numbers, or some drawn from the seed; None when the exercise is no prediction."""
        prediction = part.prediction
        if prediction is None:
            return None
        return cls(prediction.variants or Draws.of(part).take(prediction.count, part.seed), prediction)


def check_field(student: Any, variants: Variants, name: str) -> None:
    """The answers' field `name` is what torch gives, for each variant."""
    fields = variants.prediction.fields
    index = [field.name for field in fields].index(name)
    for numbers in variants:
        answers = student.probe("predict", **numbers)
        if not isinstance(answers, list | tuple) or len(answers) != len(fields):
            count = len(answers) if isinstance(answers, list | tuple) else kind_of(answers)
            raise CheckFailed(Message("length_differs", {"what": "predict(…)", "seen": count, "expected": len(fields)}))
        if not same(answers[index], key_of(variants.prediction, numbers)[name]):
            raise CheckFailed(_wrong(fields[index], answers[index]))


def fits(answer: object, kind: str) -> bool:
    """Whether it could be an answer to a field of this type at all."""
    if kind == "shape":
        return isinstance(answer, list | tuple) and all(type(size) is int for size in answer)
    if kind == "bool":
        return type(answer) is bool
    instead = {"none-or-number": None, "number-or-error": ERROR}
    return type(answer) in (int, float) or (kind in instead and answer == instead[kind])


def _wrong(field: Field, answer: object) -> Message:
    if isinstance(answer, torch.Tensor):
        answer = answer.item() if answer.numel() == 1 else kind_of(answer)
    if not fits(answer, field.type):
        return Message("predict_type", {"field": field.name, "expected": field.type})
    shown = answer if type(answer) in (str, int, float, bool, type(None)) else str(answer)[:80]
    return Message("predict_wrong", {"field": field.name, "answer": str(shown)[:80]})
