"""Celery tasks of the chapter."""

from __future__ import annotations

import logging

import redis
from celery import Task, shared_task
from celery.exceptions import MaxRetriesExceededError

from grader.dashboard import block_runs
from sandbox.client import SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
MAX_RETRIES = 12
EXPIRES_S = 60  # nobody waits longer at the page


@shared_task(bind=True, name="chapter.run_block", max_retries=MAX_RETRIES, expires=EXPIRES_S)
def run_block(self: Task, pk: str) -> None:
    """Run one block; while the sandbox is down or full, try again for some seconds."""
    try:
        block_runs.execute(pk)
    except (SandboxBusy, SandboxUnavailable, redis.RedisError) as error:
        logger.warning("Block run %s: try %d: %s", pk, self.request.retries + 1, error)
        try:
            raise self.retry(countdown=1)
        except MaxRetriesExceededError:
            block_runs.give_up(pk)
    except Exception:
        # Whatever broke: somebody waits at the page for an answer.
        logger.exception("Block run %s", pk)
        block_runs.give_up(pk)
