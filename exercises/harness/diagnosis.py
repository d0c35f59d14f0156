"""Names a failing submission's misconception: the mutant whose numbers are the student's own.

The first failed test is run once more over each mutant, with the same random numbers, in the checker. A mutant that
answers every call as the student did makes the same mistake; at its first other answer it is let go. Raising counts as
the same answer only when the error's kind and its explanation are the same: two unexplained errors tell nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from contextlib import suppress
from typing import Any

import torch

from exercises.harness.conversation import Local, Raised, Record
from exercises.harness.parts import Code, Mutant

BUDGET_S = 0.25  # CPU time for all mutants together, so that a busy machine finds what an idle one does


class _Differs(BaseException):
    """This mutant is not it. No Exception, so that no handler of an author's swallows it."""


class Suspect(Local):
    """A mutant that must answer as the student did."""

    def __init__(self, mutant: Mutant, probe: Code, answered: list[Record]) -> None:
        super().__init__(mutant.code, probe)
        self.answered = answered

    def note(self, record: Record) -> None:
        super().note(record)
        index = len(self.records) - 1
        if index >= len(self.answered) or not _alike(record, self.answered[index]):
            raise _Differs


def diagnose(
    mutants: list[Mutant],
    test: str,
    passed: Set[str],
    answered: list[Record],
    probe: Code,
    run: Callable[[Suspect], None],
) -> list[str]:
    """The misconceptions whose mutants answer as the student did.

    A mutant that fails a test which the student `passed` is asked only when none of the others answers alike.
    """
    deadline = time.process_time() + BUDGET_S

    def answers_alike(mutant: Mutant) -> bool:
        if time.process_time() > deadline:
            return False
        with suppress(Exception, _Differs):
            suspect = Suspect(mutant, probe, answered)
            with suppress(Exception):
                run(suspect)
            return len(suspect.records) == len(answered)
        return False

    failing = [mutant for mutant in mutants if test in mutant.fails]
    for likely in (True, False):
        group = [mutant for mutant in failing if passed.isdisjoint(mutant.fails) is likely]
        if found := {mutant.misconception for mutant in group if answers_alike(mutant)}:
            return sorted(found)
    return []


def _alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Raised):
        return ours == theirs and ours.explanation.id != "error.own"
    if isinstance(ours, torch.Tensor) and isinstance(theirs, torch.Tensor):
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            return False
        return torch.allclose(ours, theirs, rtol=1e-6, atol=1e-9, equal_nan=True)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_alike(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(map(_alike, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, int | float) and type(theirs) is not bool:
        return _alike(torch.tensor(ours, dtype=torch.float64), torch.tensor(float(theirs), dtype=torch.float64))
    return type(ours) is type(theirs) and ours == theirs
