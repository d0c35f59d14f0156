"""Celery tasks of operations."""

from __future__ import annotations

import logging

from celery import shared_task

from grader.operations import purging

logger = logging.getLogger(__name__)


@shared_task(name="operations.purge")
def purge() -> None:
    """Runs once a day."""
    for purged in purging.purge():
        if purged.rows:
            logger.info("Purged %d rows: %s", purged.rows, purged.rule.name)
