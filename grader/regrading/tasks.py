"""Celery tasks of regrades, on the queue for bulk work."""

from __future__ import annotations

from celery import shared_task

from grader.regrading import engine
from grader.regrading.models import Regrade

PAUSE_S = 0.5  # between two shifts, so that a student's submission never waits behind the next one


@shared_task(name="regrading.work")
def work(pk: int) -> None:
    """One shift, and the next one behind whatever waits meanwhile."""
    try:
        goes_on = engine.work(pk)
    except Regrade.DoesNotExist:
        return
    if goes_on:
        engine.enqueue(pk, countdown_s=PAUSE_S)


@shared_task(name="regrading.resume")
def resume() -> None:
    """Runs every half minute."""
    engine.resume()
