"""Every file of every exercise's can be traced: what a student may hand in is like one of them."""

from __future__ import annotations

import msgspec
import pytest

from exercises.format import bundled, load
from exercises.harness.tracing import MAX_BYTES
from exercises.tracing import trace_submission

# Predictions have a trace of another kind.
CODE = sorted(slug for slug, path in bundled().items() if (path / "public_tests.py").exists())
SAMPLE = 2


def files_of(exercise):
    """(name, source, misconception, whether it is right)"""
    yield "solution", exercise.files["solution.py"], None, True
    yield "starter", exercise.files["starter.py"], None, False
    yield from ((f"accepted/{each.name}", each.source, None, True) for each in exercise.accepted)
    yield from ((f"mutants/{each.name}", each.source, each.misconception, False) for each in exercise.mutants)


def trace_all(client, slug, step):
    exercise = load(bundled()[slug])
    wrong = []
    for place, (name, source, misconception, right) in enumerate(files_of(exercise)):
        if not right and place % step:
            continue
        run = trace_submission(client, exercise, source.encode(), misconception=misconception)
        if run is None or len(msgspec.json.encode(run)) > MAX_BYTES:
            wrong.append(f"{name}: {'no trace' if run is None else 'too large'}")
        elif right and (run.departure or not all(row.agrees for row in run.comparisons) or not run.steps):
            wrong.append(f"{name}: {run.departure or [row for row in run.comparisons if not row.agrees] or 'no steps'}")
    assert not wrong, "\n".join(wrong)


def test_there_is_something_to_trace():
    assert len(CODE) > 20


@pytest.mark.parametrize("slug", CODE)
def test_solutions_agree_and_some_mutants_are_traced(slug, sandbox_client):
    exercise = load(bundled()[slug])
    trace_all(sandbox_client, slug, max(1, len(exercise.mutants) // SAMPLE))


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("slug", CODE)
def test_every_mutant_is_traced(slug, sandbox_client):
    trace_all(sandbox_client, slug, 1)
