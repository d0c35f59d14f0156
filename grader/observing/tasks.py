"""Celery tasks that look after the service itself."""

from __future__ import annotations

from celery import Task, shared_task

from grader.logs import read_header
from grader.observing import canary


@shared_task(bind=True, name="observing.canary")
def fly_canary(self: Task) -> None:
    """Runs every few minutes, in the queue of the students' submissions."""
    _name, queued_at = read_header(self.request)
    canary.fly(str(self.request.hostname), queued_at)
