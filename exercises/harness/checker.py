"""The checker's role: run the hidden (or public) tests by pytest against the student behind the socket."""

from __future__ import annotations

import hashlib
import inspect
import os
import socket
import sys
from typing import Any

import msgspec
import pytest
import torch

from exercises.harness import predict
from exercises.harness.check import CheckFailed
from exercises.harness.conversation import Local, Remote
from exercises.harness.diagnosis import diagnose
from exercises.harness.parts import PREDICT_PROBE, CheckerPart, Findings, TestPlan
from exercises.results import Message, TestResult

_NOTES = {
    "nul_bytes", "not_utf8", "syntax_error", "load_raised", "missing_function", "wrong_signature", "shadows_torch",
}  # fmt: skip
_STOPS = _NOTES - {"shadows_torch"}  # with one of these there is nothing to test
_UNUSED_PLUGINS = (
    "terminal", "logging", "capture", "cacheprovider", "junitxml", "pastebin", "doctest", "unraisableexception",
    "threadexception", "faulthandler", "warnings", "stepwise", "setuponly", "setupplan", "debugging", "nose",
    "recwarn", "monkeypatch", "tmpdir", "legacypath", "unittest", "skipping", "subtests",
)  # fmt: skip
TESTS_FILE = "/tmp/tests_of_exercise.py"


def check(part: CheckerPart, peer: socket.socket) -> tuple[Findings, Remote]:
    """Run every planned test. What the exercise's own code breaks is reported as `broken`, never scored."""
    remote = Remote(peer, part.source, part.public)
    if part.draw_only:
        return Findings(variants=_draws(part).take(part.draw_only, part.seed)), remote
    notes, stop = _load(part, remote)
    printed = remote.printed
    if stop:
        tests = [_unanswered(name, plan) for name, plan in part.tests.items()]
        return Findings(tests, notes, stdout=printed), remote
    run = Run(part, remote)
    run.all_tests()
    tests = [run.results[name] for name in part.tests if name in run.results]
    broken = run.broken or ", ".join(f"{name}: no such test ran" for name in part.tests if name not in run.results)
    misconception = None if broken else run.misconception()
    return Findings(tests, notes, misconception, printed, broken, detail=run.detail[:4000]), remote


def _load(part: CheckerPart, remote: Remote) -> tuple[list[Message], bool]:
    said = remote.load()
    if said is None:
        return [], True
    notes = []
    for finding in said.get("findings") or []:
        name, params = finding
        if name == "load_raised":
            notes += _load_raised(params, part.source)
        elif name in _NOTES:
            notes.append(Message(name, {str(key): _short(value) for key, value in params.items()}))
    stop = any(finding[0] in _STOPS for finding in said.get("findings") or [])
    notes += [Message(f"exercise:{key}") for key in said.get("keys") or [] if isinstance(key, str)]
    return notes, stop


def _load_raised(error: dict[str, Any], source: str) -> list[Message]:
    """Before any hidden input was sent, the exception's own text can be shown."""
    from exercises.harness import errors

    lines = source.splitlines()
    line = error.get("line")
    known = isinstance(line, int) and 1 <= line <= len(lines)
    said = f"{error.get('type')}: {error.get('text')}"
    params = {
        "error": _short(said),
        "line": line if known else None,
        "text": lines[line - 1].strip()[:200] if known and isinstance(line, int) else "",
    }
    explanation = errors.explain(error, source)
    return [Message("load_raised", params), *([explanation] if explanation.id != "error.own" else [])]


def _short(value: object) -> str | int | float | bool | None:
    if value is None or type(value) in (int, float, bool):
        return value  # type: ignore[return-value]
    return str(value)[:300].encode(errors="replace").decode()


def _unanswered(name: str, plan: TestPlan) -> TestResult:
    return TestResult(name, False, plan.advice, 0.0, plan.points, [Message("unanswered")])


def _draws(part: CheckerPart) -> predict.Draws:
    assert part.prediction is not None
    return predict.Draws(part.prediction, part.mutants)


def seed_of(seed: int, test: str) -> int:
    """Each test has random numbers of its own, whatever runs before it."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{test}".encode(), digest_size=7).digest(), "big")


class Run:
    """One pytest session: fixtures, points, messages."""

    def __init__(self, part: CheckerPart, remote: Remote) -> None:
        self.part, self.remote = part, remote
        self.results: dict[str, TestResult] = {}
        self.broken, self.detail = "", ""
        self.failed: tuple[Any, str, list[Any]] | None = None  # first failing function, its name, what was answered
        self.named: str | None = None
        self.probe = PREDICT_PROBE if part.prediction else part.probe
        self.local_reference = Local(part.solution, self.probe, "solution.py")
        self.numbers = self._variants()

    def _variants(self) -> predict.Variants | None:
        prediction = self.part.prediction
        if prediction is None:
            return None
        numbers = prediction.variants or _draws(self.part).take(prediction.count, self.part.seed)
        return predict.Variants(numbers, prediction)

    def all_tests(self) -> None:
        with open(TESTS_FILE, "w") as file:
            file.write(self.part.tests_source)
        arguments = [TESTS_FILE, "--noconftest", "--assert=plain", "-c", "/dev/null", "--rootdir", "/tmp", "-p"]
        arguments += " -p ".join(f"no:{name}" for name in _UNUSED_PLUGINS).split()
        code = pytest.main(arguments, plugins=[self])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not self.broken:
            self.broken = f"pytest ended with {code!r}"

    # Fixtures

    @pytest.fixture
    def student(self) -> Remote:
        return self.remote

    @pytest.fixture
    def reference(self) -> Local:
        return self.local_reference

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> torch.Generator:
        return self.generator(request.node.name)

    @pytest.fixture
    def variants(self) -> predict.Variants | None:
        return self.numbers

    def generator(self, test: str) -> torch.Generator:
        return torch.Generator().manual_seed(seed_of(self.part.seed, test))

    # Hooks

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.remote.start_test()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken = f"the tests cannot be imported: {report.longreprtext[-500:]}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """In place of pytest's own: rendering a traceback that nobody reads costs 10 ms a failure."""
        if call.when == "call" or (call.when == "setup" and call.excinfo):
            plan = self.part.tests.get(item.name)
            if plan is not None:
                self.results[item.name] = self._result(item, plan, call.excinfo.value if call.excinfo else None)
        outcome = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]

    def _result(self, item: pytest.Function, plan: TestPlan, error: BaseException | None) -> TestResult:
        messages = []
        if isinstance(error, CheckFailed):
            messages = error.messages
        elif error is not None:
            messages = [Message("check_failed")]
            if type(error) is not AssertionError:  # the student's value, or the author's mistake: for the log
                self.detail += f"{item.name}: {type(error).__name__}: {error}\n"
        if error is not None and not plan.advice and self.failed is None and not self.remote.gone:
            self.failed = item.function, item.name, self.remote.records
            self.named = getattr(error, "misconception", None)
        points = plan.points if error is None else 0.0
        result = TestResult(item.name, error is None, plan.advice, points, plan.points, messages)
        if self.part.public:
            shown = {"call": "\n".join(self.remote.calls), "stdout": self.remote.printed}
            result = msgspec.structs.replace(result, traceback=self.remote.traceback, **shown)
        return result

    # Diagnosis

    def misconception(self) -> str | None:
        """The one that the first failed test names, else the one whose mutant answers alike."""
        if self.named or self.failed is None or self.part.public:
            return self.named
        function, name, records = self.failed

        def run(local: Local) -> None:
            fixtures = {
                "student": local,
                "reference": self.local_reference,
                "rng": self.generator(name),
                "variants": self.numbers,
            }
            function(**{key: fixtures[key] for key in inspect.signature(function).parameters})

        return diagnose(self.part.mutants, name, records, self.probe, run)


def forget_tests() -> None:
    """After a warm-up: pytest keeps what it imported."""
    for name in (os.path.basename(TESTS_FILE)[:-3], "submission", "probe", "variants", "mutant"):
        sys.modules.pop(name, None)
    if os.path.exists(TESTS_FILE):
        os.unlink(TESTS_FILE)
