"""Hidden (or public) tests: plain functions named `test_…`, run in the order in which they stand.

A test names what it needs as parameters: `student`, `reference`, `rng`, `variants`. They look like pytest's fixtures, and
pytest could run them; here its collection, hooks and reports cost more than most exercises' tests (measured in
sandbox/README.md), and none of them is shown to anybody.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable
from itertools import takewhile

import msgspec
import torch

from exercises.harness import predict, student
from exercises.harness.check import CheckFailed
from exercises.harness.comparing import compare_records
from exercises.harness.conversation import Local, Partner, Record, Recorded, Remote
from exercises.harness.diagnosis import Suspect, diagnose
from exercises.harness.parts import CheckerPart, code_of
from exercises.results import HiddenNumber, Message, TestResult

Test = Callable[..., None]
MAX_NUMBERS = 12


def seed_of(seed: int, test: str) -> int:
    """Each test has random numbers of its own, whatever runs before it."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{test}".encode(), digest_size=7).digest(), "big")


def generator_of(seed: int, test: str) -> torch.Generator:
    return torch.Generator().manual_seed(seed_of(seed, test))


def forget_modules() -> None:
    """Of a rehearsal: nothing may be found by what comes after it."""
    for name in ("tests_of_exercise", "submission", "probe", "variants", "mutant"):
        sys.modules.pop(name, None)


class Run:
    """What one job's tests need and what they gave."""

    def __init__(self, part: CheckerPart, remote: Remote) -> None:
        self.part, self.remote = part, remote
        self.results: dict[str, TestResult] = {}
        self.broken, self.detail = "", ""
        self.failed: tuple[Test, str] | None = None  # the first one
        self.answered: list[Record] = []  # what the student's process answered to it
        self.wanted: list[Record] = []  # and what the reference did
        self.named: str | None = None  # the misconception that it named itself
        self.reference = Local(part.solution, part.probe)
        self.variants = predict.Variants.of(part)

    def all(self) -> None:
        """Run every planned test. `broken` tells when the tests themselves cannot be run."""
        try:
            module = student.load_module("tests_of_exercise", code_of(self.part.tests_code))
        except Exception as error:
            self.broken = f"the tests cannot be imported: {type(error).__name__}: {error}"
            return
        for name, function in vars(module).items():
            if name in self.part.tests and callable(function):
                self._one(name, function)

    def _one(self, name: str, function: Test) -> None:
        try:
            fixtures = self._fixtures(name, function, self.remote, self.reference)
        except KeyError as error:
            self.broken = f"{name}: no fixture {error}; a test can have student, reference, rng, variants"
            return
        self.remote.start_test()
        self.reference.records, self.reference.calls = [], []
        try:
            function(**fixtures)
        except Exception as error:
            self._record(name, function, error)
        else:
            self._record(name, function, None)

    def _fixtures(self, name: str, function: Test, student: Partner, reference: Partner) -> dict[str, object]:
        has: dict[str, object] = {"student": student, "reference": reference, "variants": self.variants}
        has["rng"] = generator_of(self.part.seed, name)
        return {parameter: has[parameter] for parameter in inspect.signature(function).parameters}

    def _record(self, test: str, function: Test, error: Exception | None) -> None:
        plan = self.part.tests[test]
        messages = error.messages if isinstance(error, CheckFailed) else [Message("check_failed")] if error else []
        if error and not isinstance(error, AssertionError):  # the student's value or the author's mistake: for the log
            self.detail += f"{test}: {type(error).__name__}: {error}\n"
        is_first = error and not plan.advice and self.failed is None and not self.remote.gone
        if is_first:
            self.failed = function, test
            self.answered, self.wanted = self.remote.records, self.reference.records
            self.named = getattr(error, "misconception", None)
        numbers: list[HiddenNumber] = []
        if is_first and not self.part.public:
            try:
                numbers = self._numbers()
            except Exception as broken:  # no score depends on it
                self.detail += f"{test}: numbers: {type(broken).__name__}: {broken}\n"
        points = plan.points if error is None else 0.0
        result = TestResult(test, error is None, plan.advice, points, plan.points, messages, numbers)
        if self.part.public:
            calls, remote = "\n".join(self.remote.calls), self.remote
            result = msgspec.structs.replace(result, traceback=remote.traceback, call=calls, stdout=remote.printed)
        self.results[test] = result

    def _numbers(self) -> list[HiddenNumber]:
        """What the test asked of both, as far as it asked both the same."""
        pairs = zip(self.remote.calls, self.reference.calls, strict=False)
        same = len(list(takewhile(lambda names: names[0] == names[1], pairs)))
        rows = compare_records(self.answered[:same], self.wanted[:same])[:MAX_NUMBERS]
        return [
            HiddenNumber(
                row.name,
                row.agrees,
                str(tuple(row.yours.shape)) if row.yours else "",
                str(tuple(row.expected.shape)),
                row.ratio,
            )
            for row in rows
        ]

    def misconceptions(self) -> list[str]:
        """The one that the first failed test names, else those whose mutants answer alike."""
        if self.named:
            return [self.named]
        if self.failed is None or self.part.public:
            return []
        function, test = self.failed

        def run(suspect: Suspect) -> None:
            function(**self._fixtures(test, function, suspect, Recorded(self.wanted)))

        passed = {name for name, result in self.results.items() if result.passed}
        return diagnose(self.part.mutants, test, passed, self.answered, self.part.probe, run)
