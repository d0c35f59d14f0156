"""Celery tasks of the LTI tool, on a queue of their own."""

from __future__ import annotations

from celery import shared_task

from grader.lti import outbox, records, results, rosters


@shared_task(name="lti.send")
def send(pk: int) -> None:
    """Tell a platform of one score."""
    outbox.send(pk)


@shared_task(name="lti.sweep")
def sweep() -> None:
    """Runs every few seconds."""
    outbox.sweep()


@shared_task(name="lti.reconcile")
def reconcile() -> None:
    """Runs every few minutes."""
    outbox.reconcile()
    records.purge()


@shared_task(name="lti.sync_roster")
def sync_roster(pk: int) -> None:
    """Follow the platform's list of a course's members."""
    rosters.sync(pk)


@shared_task(name="lti.compare")
def compare(pk: int) -> None:
    """Read what the platform has in a line item, and how it differs."""
    results.compare(pk)
