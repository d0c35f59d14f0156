"""How far a traced run is, as a template needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from grader.submissions import places
from grader.submissions.inside import TracedView, show_traced
from grader.submissions.models import Submission, TracedSubmission

PATIENCE = timedelta(minutes=2)  # then a page stops asking by itself
SOON = timedelta(seconds=4)
CROWD_MS = 10_000  # submissions go first, and each look costs them something


@dataclass(frozen=True)
class TracedState:
    """`traced` is None while it is being made, and when it could not be. `poll_ms`: when to ask again; 0: not."""

    url: str
    is_pending: bool
    traced: TracedView | None = None
    poll_ms: int = 0


def show_traced_state(submission: Submission, row: TracedSubmission) -> TracedState:
    url = reverse("submission_traced", args=[submission.pk])
    if row.finished_at is None:
        age = timezone.now() - row.requested_at
        poll_ms = 0 if age > PATIENCE else CROWD_MS if places.is_crowded() else 400 if age < SOON else 2000
        return TracedState(url, is_pending=True, poll_ms=poll_ms)
    run = row.decoded()
    traced = show_traced(run, submission.version.load(), submission.text) if run else None
    return TracedState(url, is_pending=False, traced=traced)
