"""The pipeline: claim a submission, grade it in the sandbox, write the result once, tell the page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction

from exercises import grading as exercise_grading
from exercises.results import Result
from grader.logs import about
from grader.submissions import measures
from grader.submissions.live import announce
from grader.submissions.measures import Phases
from grader.submissions.models import Status, Submission
from grader.submissions.signals import submission_concluded, submission_graded
from sandbox.client import Client, SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)


MAX_BREAKS = 3
WRITE_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0)


class NotNow(Exception):
    """The sandbox is down or full: nothing was graded; the submission waits in the queue again."""


@contextmanager
def heartbeat(submission: Submission) -> Iterator[None]:
    """Keep the claim alive while the block runs, from a thread with its own database connection."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(settings.SUBMISSION_HEARTBEAT_S):
                try:
                    if not submission.beat():
                        return
                except DatabaseError as error:
                    logger.warning("Submission %s: no heartbeat written: %s", submission.pk, error)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat {submission.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=settings.SUBMISSION_HEARTBEAT_S)


def grade(pk: UUID | str, retry_after_s: float = 1.0) -> bool:
    """Grade one queued submission. False when there was nothing to do (another worker has it, or it is done).

    Raises NotNow when the sandbox could not take it, or broke over it for the first times: the row is queued again, to
    be tried in `retry_after_s`. Any other failure is ours: the submission ends errored, without a score.
    """
    submission = Submission.objects.with_version().get(pk=pk)
    if not submission.claim():
        return False
    with about(submission=str(submission.pk), tries=submission.tries):
        grade_claimed(submission, retry_after_s)
    return True


def grade_claimed(submission: Submission, retry_after_s: float) -> None:
    """The rest of `grade`, for whoever holds the claim."""
    announce(submission.pk, submission.status)
    assert submission.started_at is not None
    phases = Phases(queued=(submission.started_at - submission.created_at).total_seconds())
    logger.info("Submission %s: taken up", submission.pk, extra={"waited_ms": round(1000 * phases.queued)})
    started = time.perf_counter()
    try:
        with heartbeat(submission):
            result = exercise_grading.grade(
                Client(settings.SANDBOX_SOCKET),
                submission.version.load(),
                bytes(submission.source),
                seed=submission.seed,
                public=submission.is_run,
                variant=submission.variant,
            )
    except (SandboxBusy, SandboxUnavailable) as error:
        give_back(submission, retry_after_s)
        measures.count_retry(type(error).__name__)
        raise NotNow(f"{type(error).__name__}: {error}") from error
    except Exception:
        logger.exception("Submission %s could not be graded", submission.pk)
        conclude(submission, None)
        return
    phases.checker = result.wall_ms / 1000
    phases.sandbox = time.perf_counter() - started - phases.checker
    if result.status == "errored" and submission.breaks + 1 < MAX_BREAKS:
        give_back(submission, retry_after_s, broke=True)
        measures.count_retry(result.outcome)
        raise NotNow(f"{result.outcome} in try {submission.tries}")
    conclude(submission, result, phases)


def give_back(submission: Submission, retry_after_s: float, broke: bool = False) -> None:
    """Into the queue again; whoever looks at it must not read on that it is being tested."""
    if submission.requeue(retry_after_s, broke):
        announce(submission.pk, Status.QUEUED)


def conclude(submission: Submission, result: Result | None, phases: Phases | None = None) -> bool:
    """Write the end of this claim; while the database restarts or its disk is full, try again. False: claim lost.

    The result is here: giving it up would mean to wait for the reaper, and to grade once more.
    """
    for wait_s in WRITE_AGAIN_S:
        try:
            return write_end(submission, result, phases)
        except OperationalError as error:
            if connection.in_atomic_block:
                raise
            logger.warning("Submission %s: its result could not be written: %s", submission.pk, error)
            connection.close()
            time.sleep(wait_s)
    return write_end(submission, result, phases)


def write_end(submission: Submission, result: Result | None, phases: Phases | None) -> bool:
    """In one transaction; afterwards tell listeners and the page."""
    started = time.perf_counter()
    with transaction.atomic():
        ended = submission.finish(result) if result else submission.fail()
        if ended:
            submission_concluded.send(Submission, submission=submission)
            transaction.on_commit(lambda: publish(submission, phases, started), robust=True)
        else:
            logger.warning("Submission %s: claim %d was lost; its result is dropped", submission.pk, submission.tries)
    return ended


def publish(submission: Submission, phases: Phases | None, started: float) -> None:
    """After the commit, which began at `started`: the page first, since somebody is waiting for it."""
    write_s = time.perf_counter() - started
    can_count = announce(submission.pk, submission.status)
    told: dict[str, object] = {"purpose": submission.purpose}
    if phases:
        assert submission.finished_at is not None
        phases.write, phases.total = write_s, (submission.finished_at - submission.created_at).total_seconds()
        told |= {f"{name}_ms": round(1000 * seconds, 1) for name, seconds in phases.items()}
    logger.info(
        "Submission %s: %s (%s), try %d",
        submission.pk, submission.status, submission.outcome, submission.tries, extra=told,
    )  # fmt: skip
    if can_count:
        measures.count_result(submission.purpose, submission.status, submission.outcome, phases)
    if submission.status == Status.GRADED:
        for receiver, answer in submission_graded.send_robust(Submission, submission=submission):
            if isinstance(answer, Exception):
                logger.error("submission_graded: %s failed", receiver, exc_info=answer)
