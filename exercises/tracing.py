"""Traces a submission: a run of its exercise's public tests in the sandbox, beside the reference. No Django, no torch."""

from __future__ import annotations

import msgspec

from exercises.format import Exercise
from exercises.grading import make_job
from exercises.harness import parts
from exercises.traced import TracedRun
from sandbox.client import Client
from sandbox.protocol import Outcome

MAX_MUTANTS = 6
SEED = 0  # of the public tests that draw numbers: the same ones for everybody


def trace_submission(
    client: Client, exercise: Exercise, source: bytes, *, misconception: str | None = None
) -> TracedRun | None:
    """What autograd did with it. `misconception`: the recognised one, whose losses are told as well.

    None when it could not be found out, or when the exercise has no public tests. Raises SandboxUnavailable and
    SandboxBusy.
    """
    if not exercise.public:
        return None
    known = [mutant.source for mutant in exercise.mutants if mutant.misconception == misconception][:MAX_MUTANTS]
    mutants = [(parts.compiled(source, "mutant.py"), source) for source in known]
    tracing = parts.Tracing(exercise.files["solution.py"], mutants)
    report = client.run(make_job(exercise, source, seed=SEED, public=True, traced=tracing))
    if report.outcome is Outcome.SANDBOX_ERROR:
        return None
    try:
        run = parts.decode_findings(report.answer).traced
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return msgspec.structs.replace(run, outcome=report.outcome.value) if run else None
