"""What another torch would change: the comparison, and wrong usage. The proofs themselves are tested elsewhere."""

import pytest
from django.core.management import CommandError, call_command

from exercises.drift import differences


def record(passed=True, faults=(), matrix=None, mistakes=()):
    return {
        "passed": passed,
        "mistakes": [{"file": "exercise.toml", "key": "kind", "what": what} for what in mistakes],
        "faults": [{"file": "solution.py", "what": what} for what in faults],
        "matrix": {"mutants/a.py": matrix or {"test_x": 3, "test_y": 0}},
    }


def test_the_same_is_no_difference():
    assert differences({"one": record()}, {"one": record()}) == []


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (record(), record(False, ["fails test_x"]), ["one: solution.py: fails test_x"]),
        (record(False, ["fails test_x"]), record(), ["one: no longer: solution.py: fails test_x"]),
        (record(), record(matrix={"test_x": 0, "test_y": 0}), ["one: mutants/a.py fails test_x on 0 seeds, was 3"]),
        (record(), record(matrix={"test_x": 3, "test_y": 1}), ["one: mutants/a.py fails test_y on 1 seeds, was 0"]),
        (record(), record(matrix={"test_x": 2, "test_y": 0}), []),  # a rare draw, not another torch
        (record(), record(mistakes=["odd"]), ["one: exercise.toml: kind: odd"]),
    ],
)
def test_a_difference(before, after, lines):
    assert differences({"one": before}, {"one": after}) == lines


def test_what_was_not_proved_on_one_side():
    assert differences({"one": record()}, {"two": record()}) == ["one: no longer proved", "two: only now proved"]


def test_an_interpreter_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be proved under the other torch") as caught:
        call_command("drift", "stop-gradient", "--python", str(tmp_path / "python"), "--seeds", "1")
    assert caught.value.returncode == 2
