"""How a regrade goes: choose, grade, decide, apply. Any number of workers may take part, and any may be killed.

Students come first: whoever grades stops before each submission while a student's own waits for its first result.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from exercises import grading as exercise_grading
from exercises.models import Exercise
from exercises.results import Result
from grader.courses.models import Assignment, Course, Role
from grader.regrading.models import Item, ItemState, PastResult, Regrade, State
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.signals import submission_concluded, submission_graded
from sandbox.client import Client, SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
GLANCE_S = 0.03
SHIFT_S = 5.0  # then a worker gives its place back, and the regrade goes to the end of its queue
LOST_AFTER = timedelta(seconds=150)  # longer than the longest exercise takes
MOST_TRIES = 3
CHUNK = 100
ENDED = (Status.GRADED, Status.ERRORED)


def choose(course: Course, assignment: Assignment, submission: UUID | None = None) -> QuerySet[Submission]:
    """The ended submissions of the course's students to this assignment; or the one."""
    students = course.enrollments.filter(role=Role.STUDENT).values("user")
    chosen = Submission.objects.filter(
        exercise=assignment.exercise, purpose=Purpose.SUBMIT, status__in=ENDED, user__in=students
    )
    return chosen.filter(pk=submission) if submission else chosen


def start(course: Course, exercise: Exercise, chosen: QuerySet[Submission], user: Any, reason: str) -> Regrade:
    """Note down what is to be graded again, and queue it."""
    with transaction.atomic():
        regrade = Regrade.objects.create(
            course=course, exercise=exercise, version=exercise.current, created_by=user, reason=reason
        )
        rows = chosen.values_list("pk", "finished_at", "score", "max_score").order_by("created_at")
        items = (
            Item(regrade=regrade, submission_id=pk, found_at=found_at, old_score=score, old_max_score=max_score)
            for pk, found_at, score, max_score in rows.iterator()
        )
        Item.objects.bulk_create(items, batch_size=500)
        enqueue(regrade.pk)
    return regrade


def enqueue(pk: int, countdown_s: float = 0) -> None:
    from grader.regrading.tasks import work

    transaction.on_commit(lambda: work.apply_async([pk], queue="bulk", countdown=countdown_s or None), robust=True)


# --- grading ----------------------------------------------------------------------------------------------------------


def work(pk: int) -> bool:
    """One worker's shift at a regrade. True when there is more to do."""
    regrade = Regrade.objects.select_related("version__exercise").get(pk=pk)
    Regrade.objects.filter(pk=pk).update(worked_at=timezone.now())
    if regrade.state == State.APPLYING:
        return apply_some(regrade)
    if regrade.state != State.GRADING:
        return False
    ends_at = time.monotonic() + SHIFT_S
    while time.monotonic() < ends_at and not students_wait():
        if students_run():
            time.sleep(GLANCE_S)  # their code has the machine's cores for itself
            continue
        item = claim_next(regrade)
        if item is None:
            return not conclude(regrade)
        if not grade_again(regrade, item):
            return True
    return True


def students_wait() -> bool:
    """Whether a submission waits for a worker. One that waits for its next try does not."""
    return Submission.objects.filter(status=Status.QUEUED, heartbeat_at__lte=timezone.now()).exists()


def students_run() -> bool:
    """Whether a submission is being graded right now; one whose worker vanished is the reaper's business."""
    alive = timezone.now() - timedelta(seconds=settings.SUBMISSION_STALE_S)
    return Submission.objects.filter(status=Status.RUNNING, heartbeat_at__gt=alive).exists()


def claim_next(regrade: Regrade) -> Item | None:
    open_ones = left(regrade)
    for item in open_ones.select_related("submission").order_by("pk")[:20]:
        if item.claim():
            return item
    return None


def left(regrade: Regrade) -> QuerySet[Item]:
    """What waits, and what a worker took and never brought back."""
    lost = Q(state=ItemState.RUNNING, claimed_at__lt=timezone.now() - LOST_AFTER)
    return regrade.items.filter(Q(state=ItemState.WAITING) | lost).defer("result")


def grade_again(regrade: Regrade, item: Item) -> bool:
    """False when the sandbox is away or full: that is no failure of the item, and the others need not be tried."""
    submission = item.submission
    result: Result | None = None
    try:
        result = exercise_grading.grade(
            Client(settings.SANDBOX_SOCKET),
            regrade.version.load(),
            bytes(submission.source),
            seed=submission.seed,
            variant=submission.variant,
        )
    except (SandboxBusy, SandboxUnavailable) as error:
        logger.info("Regrade %s: %s", regrade.pk, error)
        item.give_back()
        return False
    except Exception:
        logger.exception("Regrade %s: submission %s", regrade.pk, submission.pk)
    if result is not None and result.status == "graded":
        item.end(ItemState.DONE, result)
    else:
        item.end(ItemState.WAITING if item.tries < MOST_TRIES else ItemState.FAILED)
    return True


def conclude(regrade: Regrade) -> bool:
    """grading → ready, once nothing waits or runs. False while something does."""
    if regrade.items.filter(state__in=(ItemState.WAITING, ItemState.RUNNING)).exists():
        return False
    regrade.move(State.GRADING, State.READY, graded_at=timezone.now())
    return True


def try_failed_again(regrade: Regrade) -> bool:
    """ready → grading, for what could not be graded."""
    with transaction.atomic():
        if not regrade.move(State.READY, State.GRADING):
            return False
        regrade.items.filter(state=ItemState.FAILED).update(state=ItemState.WAITING, tries=0)
        enqueue(regrade.pk)
    return True


# --- deciding ---------------------------------------------------------------------------------------------------------


def decide(regrade: Regrade, user: Any, target: State) -> bool:
    """ready → applying or discarded. False when somebody has decided already."""
    with transaction.atomic():
        decided = regrade.move(State.READY, target, decided_by=user, decided_at=timezone.now())
        if decided and target == State.APPLYING:
            enqueue(regrade.pk)
    return decided


def apply_some(regrade: Regrade) -> bool:
    """Put a chunk of the new results in place. True when there are more."""
    items = regrade.items.filter(state=ItemState.DONE).select_related("submission").order_by("pk")[:CHUNK]
    for item in items:
        if replace_result(regrade, item):
            item.submission.refresh_from_db()
            submission_graded.send_robust(Submission, submission=item.submission)
    if regrade.items.filter(state=ItemState.DONE).exists():
        return True
    regrade.move(State.APPLYING, State.APPLIED)
    return False


def replace_result(regrade: Regrade, item: Item) -> bool:
    """Keep the old result and write the new one, in one transaction. False when it was done, or another is there."""
    submission, result = item.submission, item.decoded_result()
    assert result is not None
    with transaction.atomic():
        if not Item.objects.filter(pk=item.pk, state=ItemState.DONE).update(state=ItemState.APPLIED):
            return False
        old = PastResult(submission=submission, regrade=regrade, version_id=submission.version_id)
        for name in ("status", "outcome", "score", "max_score", "passed", "result", "finished_at"):
            setattr(old, name, getattr(submission, name))
        if not submission.replace_result(result, regrade.version, item.found_at):
            Item.objects.filter(pk=item.pk).update(state=ItemState.OVERTAKEN)
            return False
        old.save(force_insert=True)
        submission_concluded.send(Submission, submission=submission)
    return True


def resume() -> int:
    """Queue every regrade again that should be going on and is not: whoever had it is gone."""
    going = Regrade.objects.filter(state__in=(State.GRADING, State.APPLYING))
    lost = going.filter(worked_at__lt=timezone.now() - LOST_AFTER)
    pks = list(lost.values_list("pk", flat=True))
    for pk in pks:
        if lost.filter(pk=pk).update(worked_at=timezone.now()):
            enqueue(pk)
    return len(pks)
