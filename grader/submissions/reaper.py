"""The reaper: what is pending without a sign of life goes back to the queue, or ends errored after too many losses."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from grader.logs import about, new_id
from grader.submissions.live import announce
from grader.submissions.models import MAX_LOSSES, Status, Submission
from grader.submissions.tasks import enqueue

logger = logging.getLogger(__name__)
AT_ONCE = 500
AHEAD_S = 60


@dataclass(frozen=True)
class Reaped:
    requeued: int
    resent: int
    errored: int


def reap() -> Reaped:
    """Look once over all pending submissions.

    Each change is conditional on what was read, so two reapers, or a worker that wakes up, cannot act on the same row.
    A queued row is offered again each stale period however long the queue is: a duplicate costs one refused claim,
    while a message lost with the broker would cost a submission.
    """
    now = timezone.now()
    silent = Q(heartbeat_at__lt=now - timedelta(seconds=settings.SUBMISSION_STALE_S))
    # Retries are put off by seconds: what lies further ahead was written before the clock was set back.
    stale = Submission.objects.filter(silent | Q(heartbeat_at__gt=now + timedelta(seconds=AHEAD_S)))
    requeued = resent = errored = 0
    running = stale.filter(status=Status.RUNNING).order_by("heartbeat_at").values_list("pk", "tries", "losses")
    for pk, tries, losses in running[:AT_ONCE]:
        lost = stale.filter(pk=pk, status=Status.RUNNING, tries=tries)
        if losses + 1 >= MAX_LOSSES:
            ended = lost.update(
                status=Status.ERRORED, losses=F("losses") + 1, outcome="worker_lost", finished_at=now, heartbeat_at=now
            )
            if ended:
                errored += 1
                logger.error("Submission %s: %d workers vanished while grading it; given up", pk, MAX_LOSSES)
                announce(pk, Status.ERRORED)
        elif lost.update(status=Status.QUEUED, losses=F("losses") + 1, started_at=None, heartbeat_at=now):
            requeued += 1
            offer_again(pk, "its worker vanished")
    queued = stale.filter(status=Status.QUEUED).order_by("heartbeat_at").values_list("pk", flat=True)
    for pk in queued[:AT_ONCE]:
        if stale.filter(pk=pk, status=Status.QUEUED).update(heartbeat_at=now):
            resent += 1
            offer_again(pk, "nobody has taken it")
    return Reaped(requeued, resent, errored)


def offer_again(pk: UUID, why: str) -> None:
    """Under an id of its own, or the lines of all that one look has found would be taken for one."""
    with about(new_id(), submission=str(pk)):
        logger.warning("Submission %s: %s; queued again", pk, why)
        enqueue(pk)
