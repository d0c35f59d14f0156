"""Making rows for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from exercises.models import Exercise
from exercises.results import Message, Result, TestResult
from grader.submissions.models import Purpose, Submission, create_submission


def queue(user: Any, exercise: Exercise, purpose: Purpose = Purpose.SUBMIT, **fields: Any) -> Submission:
    """A queued submission; nothing is sent to the broker."""
    assert exercise.current is not None
    source = fields.pop("source", b"def train(): ...\n")
    return create_submission(user=user, version=exercise.current, purpose=purpose, source=source, **fields)


def outcome(score: float = 10.0, max_score: float = 10.0, **changes: Any) -> Result:
    """What the sandbox might have found."""
    passed = score == max_score
    values: dict[str, Any] = {
        "status": "graded",
        "outcome": "ok",
        "score": score,
        "max_score": max_score,
        "passed": passed,
        "tests": [TestResult("test_trajectory", passed, False, score, max_score, [Message("check_failed")])],
        "notes": [],
        "misconception": None,
        "stdout": "",
        "stderr": "",
        "wall_ms": 1.0,
        "cpu_ms": 1.0,
        "peak_mib": 1.0,
    }
    return Result(**{**values, **changes})


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Results of `work(0)` … `work(count - 1)`, started together, each in a thread with its own connection.

    An exception is a result too.
    """
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        try:
            barrier.wait()
            results[index] = work(index)
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
