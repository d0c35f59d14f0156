"""The harness as the sandbox knows it: what to warm before forking, and what each of the two forks does."""

from __future__ import annotations

import os
import random
import socket
import threading
from typing import Any

import numpy
import torch
import torch._dynamo  # torch.optim imports it on first use, for about a second
import torch.optim

from exercises.harness import checker as checker_role
from exercises.harness import conversation, parts, testrun, values
from exercises.harness import student as student_role
from sandbox.protocol import Answer

_SUBMISSION = "import torch\n\ndef double(x):\n    y = (x * 2).detach().requires_grad_()\n    return y\n"
_PROBE = """
import torch, submission

def run(x):
    y = submission.double(x)
    (y * y).sum().backward()
    return {"grad": y.grad, "flag": y.requires_grad, "history": [1.0, 2.0]}
"""
_TESTS = """
import torch
from exercises.harness.check import assert_close, assert_equal

def test_warm(student, reference, rng):
    x = torch.randn(3, 2, generator=rng, dtype=torch.float64)
    assert_close(student.probe("run", x=x), reference.probe("run", x=x), "run")

def test_failing(student, rng):
    assert_close(student.probe("run", x=torch.ones(2, 1))["grad"], torch.ones(2, 1), "grad")
"""


_STUDENT = parts.StudentPart(_SUBMISSION.encode(), parts.compiled(_PROBE, "probe.py"), ["double(x)"], False)


def warm_zygote() -> None:
    """Import and run once whatever a submission commonly needs, on one thread."""
    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    for optimizer in (torch.optim.SGD, torch.optim.Adam):
        stepper = optimizer(model.parameters(), lr=0.01)
        loss = torch.nn.functional.mse_loss(model(torch.randn(5, 4)), torch.randn(5, 1))
        stepper.zero_grad()
        loss.backward()
        stepper.step()
    repr(torch.randn(3))
    _draw()
    x = torch.randn(2, dtype=torch.float64)
    torch.autograd.gradcheck(torch.sin, x.clone().requires_grad_())
    torch.func.jvp(torch.func.grad(_sines), (x,), (x,))  # forward mode: 0.1 s the first time
    _rehearse()


def _sines(x: torch.Tensor) -> torch.Tensor:
    return torch.sin(x).sum()


def _draw() -> None:
    """Import Matplotlib with its fonts, for most of a second, so that a program that draws need not."""
    os.environ["MPLBACKEND"] = "module://exercises.harness.plots"
    from matplotlib import pyplot

    pyplot.plot([0.0, 1.0], label="y")
    pyplot.legend()
    pyplot.gcf().canvas.draw()
    pyplot.close("all")
    for thread in threading.enumerate():  # a timer that reading the fonts started: nothing may fork beside a thread
        if thread is not threading.current_thread():
            thread.join()


class _Rehearsal(conversation.Remote):
    """The student in the same process."""

    def __init__(self, part: parts.CheckerPart) -> None:
        super().__init__(socket.socket(socket.AF_UNIX), part.source, part.public)
        self.student = student_role.Student(_STUDENT)

    def _ask(self, call: dict[str, object]) -> dict[str, Any]:
        return dict(values.as_it_arrives(self.student.answer(values.as_it_arrives(call))))


def _rehearse() -> None:
    """A whole small job with both roles in this process, so that every import and cache is filled."""
    part = parts.CheckerPart(
        tests_code=parts.compiled(_TESTS, "tests.py"),
        tests={"test_warm": parts.TestPlan(1.0), "test_failing": parts.TestPlan(1.0)},
        solution=parts.compiled(_SUBMISSION, "solution.py"),
        probe=_STUDENT.probe,
        mutants=[],
        source=_SUBMISSION,
        seed=0,
        public=False,
    )
    remote = _Rehearsal(part)
    remote.load()
    run = testrun.Run(part, remote)
    run.all()
    if run.broken or not run.results["test_warm"].passed:
        raise RuntimeError(f"the harness cannot grade its own rehearsal: {run.broken or run.detail or run.results}")
    testrun.forget_modules()
    remote.peer.close()


def warm_fork(role: str) -> None:
    """Take the page faults of a fork's first steps before its job arrives. No more than that: it is paid on every job."""
    answerer = student_role.Student(_STUDENT)
    x = torch.ones(2, 3, dtype=torch.float64)
    for call in ({"op": "load"}, {"op": "probe", "name": "run", "args": {"x": x}}):
        values.as_it_arrives(answerer.answer(values.as_it_arrives(call)))
    testrun.forget_modules()


def _reseed() -> None:
    """Every fork starts with the zygote's random state: without this, two students would draw the same numbers."""
    seed = int.from_bytes(os.urandom(4), "little")
    random.seed(seed)
    torch.manual_seed(seed)
    numpy.random.seed(seed)


def student(payload: bytes, peer: socket.socket) -> None:
    _reseed()
    student_role.serve(parts.decode_student(payload), peer)


def checker(payload: bytes, peer: socket.socket) -> Answer:
    _reseed()
    findings, remote = checker_role.check(parts.decode_checker(payload), peer)
    return Answer(remote.verdict, parts.encode(parts.presentable(findings)))
