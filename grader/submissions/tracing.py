"""Traced runs of submissions: asked for by a reader, made by the worker after the score is out, kept once."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from exercises import tracing as exercise_tracing
from exercises.traced import TracedRun
from grader.submissions.models import Status, Submission, TracedSubmission
from sandbox.client import Client, SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
# Longer than this, and whoever had it is gone: the next reader queues it again.
LOST_AFTER = timedelta(seconds=90)


def can_be_traced(submission: Submission) -> bool:
    """A graded file, of an exercise that has examples to run it on."""
    exercise = submission.version.load()
    return submission.status == Status.GRADED and exercise.predict is None and bool(exercise.public)


def ask(submission: Submission) -> TracedSubmission:
    """The traced run of a submission that can be traced; queued when nobody has asked for it before."""
    traced, is_new = TracedSubmission.objects.get_or_create(submission=submission)
    if is_new or take_over(traced):
        enqueue(submission.pk)
    return traced


def take_over(traced: TracedSubmission) -> bool:
    """Whether this reader is the one who queues a lost one again."""
    lost = TracedSubmission.objects.filter(pk=traced.pk, finished_at=None, requested_at__lt=timezone.now() - LOST_AFTER)
    return bool(lost.update(requested_at=timezone.now()))


def enqueue(pk: UUID) -> None:
    from grader.submissions.tasks import trace

    transaction.on_commit(lambda: trace.apply_async([str(pk)], queue="bulk"), robust=True)


def make(pk: UUID | str) -> None:
    """Run and keep it, unless it is there. Raises SandboxBusy, SandboxUnavailable: try again."""
    traced = TracedSubmission.objects.select_related("submission").get(pk=pk)
    if traced.finished_at is not None:
        return
    submission = Submission.objects.with_version().get(pk=pk)
    run: TracedRun | None = None
    try:
        run = exercise_tracing.trace_submission(
            Client(settings.SANDBOX_SOCKET),
            submission.version.load(),
            bytes(submission.source),
            misconception=(submission.result or {}).get("misconception"),
        )
    except (SandboxBusy, SandboxUnavailable):
        raise
    except Exception:
        logger.exception("Submission %s could not be traced", pk)
    traced.finish(run)
