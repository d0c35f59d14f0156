"""Hidden (or public) tests under pytest: fixtures, points, messages, and a session that is ready before the job."""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Callable

import msgspec
import pytest
import torch
from _pytest.config import _prepareconfig

from exercises.harness import predict
from exercises.harness.check import CheckFailed
from exercises.harness.conversation import Local, Record, Recorded, Remote
from exercises.harness.diagnosis import Suspect, diagnose
from exercises.harness.parts import PREDICT_PROBE, CheckerPart, TestPlan
from exercises.results import Message, TestResult

TESTS_FILE = "/tmp/tests_of_exercise.py"
_UNUSED_PLUGINS = (
    "terminal", "logging", "capture", "cacheprovider", "junitxml", "pastebin", "doctest", "unraisableexception",
    "threadexception", "faulthandler", "warnings", "stepwise", "setuponly", "setupplan", "debugging", "nose",
    "recwarn", "monkeypatch", "tmpdir", "legacypath", "unittest", "skipping", "subtests",
)  # fmt: skip
_ARGUMENTS = [
    TESTS_FILE, "--noconftest", "--assert=plain", "-c", "/dev/null", "--rootdir", "/tmp",
    *(word for name in _UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
]  # fmt: skip


def seed_of(seed: int, test: str) -> int:
    """Each test has random numbers of its own, whatever runs before it."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{test}".encode(), digest_size=7).digest(), "big")


def forget_modules() -> None:
    """Of a rehearsal: nothing may be found by what comes after it."""
    for name in (os.path.basename(TESTS_FILE)[:-3], "submission", "probe", "variants", "mutant"):
        sys.modules.pop(name, None)


class Run:
    """What one job's tests need and what they gave."""

    def __init__(self, part: CheckerPart, remote: Remote) -> None:
        self.part, self.remote = part, remote
        self.results: dict[str, TestResult] = {}
        self.broken, self.detail = "", ""
        self.failed: tuple[Callable[..., None], str] | None = None  # the first test that failed
        self.answered: list[Record] = []  # what the student's process answered to it
        self.wanted: list[Record] = []  # and what the reference did
        self.named: str | None = None  # the misconception that it named itself
        self.probe = PREDICT_PROBE if part.prediction else part.probe
        self.reference = Local(part.solution, self.probe, "solution.py")
        self.variants = predict.Variants.of(part)

    def generator(self, test: str) -> torch.Generator:
        return torch.Generator().manual_seed(seed_of(self.part.seed, test))

    def start_test(self) -> None:
        self.remote.start_test()
        self.reference.records = []

    def record(self, test: str, function: Callable[..., None], error: BaseException | None) -> None:
        """Note how a test ended."""
        plan = self.part.tests.get(test)
        if plan is None:
            return
        messages = error.messages if isinstance(error, CheckFailed) else [Message("check_failed")] if error else []
        if error and not isinstance(error, AssertionError):  # the student's value or the author's mistake: for the log
            self.detail += f"{test}: {type(error).__name__}: {error}\n"
        if error and not plan.advice and self.failed is None and not self.remote.gone:
            self.failed = function, test
            self.answered, self.wanted = self.remote.records, self.reference.records
            self.named = getattr(error, "misconception", None)
        self.results[test] = self._result(test, plan, error is None, messages)

    def _result(self, test: str, plan: TestPlan, passed: bool, messages: list[Message]) -> TestResult:
        points = plan.points if passed else 0.0
        result = TestResult(test, passed, plan.advice, points, plan.points, messages)
        if self.part.public:
            calls, remote = "\n".join(self.remote.calls), self.remote
            result = msgspec.structs.replace(result, traceback=remote.traceback, call=calls, stdout=remote.printed)
        return result

    def misconception(self) -> str | None:
        """The one that the first failed test names, else the one whose mutant answers alike."""
        if self.named or self.failed is None or self.part.public:
            return self.named
        function, test = self.failed

        def run(suspect: Suspect) -> None:
            fixtures: dict[str, object] = {
                "student": suspect,
                "reference": Recorded(self.wanted),
                "variants": self.variants,
            }
            fixtures["rng"] = self.generator(test)
            function(**{name: fixtures[name] for name in inspect.signature(function).parameters})

        return diagnose(self.part.mutants, test, self.answered, self.probe, run)


class _Plugin:
    """Fixtures and hooks; kept small, since pytest looks at each of its attributes."""

    run: Run

    @pytest.fixture
    def student(self) -> Remote:
        return self.run.remote

    @pytest.fixture
    def reference(self) -> Local:
        return self.run.reference

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> torch.Generator:
        return self.run.generator(request.node.name)

    @pytest.fixture
    def variants(self) -> predict.Variants | None:
        return self.run.variants

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.run.start_test()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.run.broken = f"the tests cannot be imported: {report.longreprtext[-500:]}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """In place of pytest's own: rendering a traceback that nobody reads costs 10 ms a failure."""
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or (call.when == "setup" and error):
            self.run.record(item.name, item.function, error)
        outcome = "failed" if error else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]


class Session:
    """A pytest session for one job. Made in the zygote: starting one takes longer than most exercises' tests.

    What `pytest.main` does in one go is split here between what no job can change and collecting and running.
    """

    def __init__(self) -> None:
        self.plugin = _Plugin()
        self.config = _prepareconfig(_ARGUMENTS, [self.plugin])
        self.session = pytest.Session.from_config(self.config)
        self.config._do_configure()
        self.config.hook.pytest_sessionstart(session=self.session)

    def run(self, run: Run) -> None:
        self.plugin.run = run
        with open(TESTS_FILE, "w") as file:
            file.write(run.part.tests_source)
        try:
            self.config.hook.pytest_collection(session=self.session)
            self.config.hook.pytest_runtestloop(session=self.session)
        except (pytest.UsageError, self.session.Interrupted, self.session.Failed) as error:
            run.broken = run.broken or f"pytest: {error}"

    def forget(self) -> None:
        """After a rehearsal: nothing of it may be found by the next session."""
        forget_modules()
        os.unlink(TESTS_FILE)
        self.config._ensure_unconfigure()
