"""Celery tasks of authors, all on the `bulk` queue: load by id, call one function."""

from __future__ import annotations

import logging

import redis
from celery import Task, shared_task
from celery.exceptions import MaxRetriesExceededError
from django.db import OperationalError

from grader.authoring import proving, trials
from grader.authoring.models import Check
from sandbox.client import SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
MAX_RETRIES = 40
RETRY_S = 3


@shared_task(bind=True, name="authoring.check", max_retries=MAX_RETRIES)
def check(self: Task, pk: int) -> None:
    """One slice of a check; the rest goes to the end of the queue."""
    try:
        ended = proving.work(pk)
    except Check.DoesNotExist:
        logger.warning("Check %s is gone", pk)
        return
    except (proving.NotNow, OperationalError) as error:
        logger.warning("Check %s: try %d: %s", pk, self.request.retries + 1, error)
        try:
            raise self.retry(countdown=RETRY_S)
        except MaxRetriesExceededError:
            proving.give_up(pk)
            return
    if not ended.is_over:
        proving.enqueue(pk, ended.wait_s)


@shared_task(name="authoring.reap")
def reap() -> None:
    """Look over the checks that are pending; runs every few seconds."""
    proving.reap()


@shared_task(bind=True, name="authoring.try", max_retries=12, expires=trials.KEPT_S)
def try_draft(self: Task, pk: str) -> None:
    """One trial; while the sandbox is down or full, or students wait, try again for some seconds."""
    try:
        trials.execute(pk)
    except (SandboxBusy, SandboxUnavailable, redis.RedisError) as error:
        logger.warning("Trial %s: try %d: %s", pk, self.request.retries + 1, error)
        try:
            raise self.retry(countdown=1)
        except MaxRetriesExceededError:
            trials.give_up(pk)
    except Exception:
        # Whatever broke: somebody waits at the page for an answer.
        logger.exception("Trial %s", pk)
        trials.give_up(pk)
