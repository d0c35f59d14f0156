"""A real sandbox server for the whole session, and a small job to run in it: `double(x)` must return 2·x."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest

from exercises.harness import parts
from sandbox.client import Client, ensure_server
from sandbox.protocol import Job, Limits, Report

from . import traces

SOLUTION = "def double(x):\n    return x * 2\n"
PROBE = "import submission\n\ndef run(x):\n    return submission.double(x)\n"
SECRET = "7f3a9c51"  # stands in the tests' source and in the reference only: no student's process may ever see it
TESTS = f"""
import torch
from exercises.harness.check import assert_close

CANARY = "hidden-{SECRET}"

def test_double(student, rng):
    x = torch.randn(3, 2, generator=rng, dtype=torch.float64)
    assert_close(student.probe("run", x=x), x * 2, "double(x)")

def test_again(student, rng):
    x = torch.randn(5, generator=rng, dtype=torch.float64)
    assert_close(student.probe("run", x=x), x * 2, "double(x)")
"""


@dataclass(frozen=True)
class Graded:
    report: Report
    findings: parts.Findings

    @property
    def score(self) -> float:
        return sum(test.points for test in self.findings.tests)

    @property
    def messages(self) -> list[str]:
        return [message.id for test in self.findings.tests for message in test.messages]


Grade = Callable[..., Graded]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Client]:
    """Two slots on a server of this session's own. Whatever was run, nothing of it may be left at the end."""
    with ensure_server(None, slots=2) as client:
        at_first = traces.wait_until_idle(client)
        yield client
        traces.wait_until_idle(client, at_first)


@pytest.fixture(scope="session")
def grade(sandbox: Client) -> Grade:
    """Grade a submission's source: full score is 2."""

    def run(source: str | bytes, limits: Limits | None = None, public: bool = False) -> Graded:
        job = make_job(source, limits or Limits(wall_s=5.0, cpu_s=3, memory_mib=256), public)
        report = sandbox.run(job)
        return Graded(report, parts.decode_findings(report.answer) if report.answer else parts.Findings())

    return run


def make_job(source: str | bytes, limits: Limits, public: bool = False) -> Job:
    raw = source.encode() if isinstance(source, str) else source
    plans = {name: parts.TestPlan(points=1.0) for name in ("test_double", "test_again")}
    tests, solution, probe = (parts.compiled(text, "exercise.py") for text in (TESTS, SOLUTION, PROBE))
    checker = parts.CheckerPart(tests, plans, solution, probe, [], raw.decode(errors="replace"), 1, public)
    student = parts.StudentPart(raw, probe, ["double(x)"], public)
    return Job(msgspec.msgpack.encode(student), parts.encode(checker), limits)
