"""The canary: a known exercise graded every few minutes the way that a submission goes, right and wrong.

Beat sends it into the students' queue; a worker takes it and has the sandbox grade the exercise's solution, which must
pass, and one of its known wrong answers, which must not. No row is written: no student, teacher or statistic meets it.
"""

from __future__ import annotations

import logging
import secrets
import time
from functools import cache

import msgspec
import redis
from django.conf import settings

from exercises import grading
from exercises.format import Exercise, bundled, load
from grader.submissions.live import redis_client
from sandbox.client import Client, SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
KEY = "observing:canary"
SLUG = "zero-grad-loop"


class Flight(msgspec.Struct, frozen=True):
    """The last one. `seconds`: from beat until both were graded; `waited_s` of them in the queue."""

    at: float
    host: str
    is_right: bool
    seconds: float
    waited_s: float
    problem: str = ""

    @property
    def age_s(self) -> float:
        return max(0.0, time.time() - self.at)


@cache
def known_exercise() -> Exercise:
    return load(bundled()[SLUG])


def fly(host: str, queued_at: float) -> Flight:
    """Grade both and keep what came of it."""
    waited_s = max(0.0, time.time() - queued_at)
    problem = grade_both()
    flight = Flight(time.time(), host, not problem, max(0.0, time.time() - queued_at), waited_s, problem)
    if problem:
        logger.error("Canary: %s", problem)
    try:
        redis_client().set(KEY, msgspec.json.encode(flight))
    except redis.RedisError as error:
        logger.warning("Canary: not told: %s", type(error).__name__)
    return flight


def grade_both() -> str:
    """What was wrong; empty when both came out as they must."""
    exercise, client = known_exercise(), Client(settings.SANDBOX_SOCKET)
    expected = ((exercise.files["solution.py"], True), (exercise.mutants[0].source, False))
    for source, must_pass in expected:
        try:
            result = grading.grade(client, exercise, source.encode(), seed=secrets.randbits(62))
        except (SandboxBusy, SandboxUnavailable) as error:
            return type(error).__name__
        if result.status != "graded":
            return result.outcome
        if result.passed != must_pass:
            return "the solution failed" if must_pass else "a wrong answer passed"
    return ""


def last_flight() -> Flight | None:
    """Raises redis.RedisError."""
    body = redis_client().get(KEY)
    try:
        return msgspec.json.decode(body, type=Flight) if body else None
    except msgspec.MsgspecError:
        return None
