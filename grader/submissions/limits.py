"""How often a student may run and submit: counted in Redis, so that every web process sees the same count."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.conf import settings

from grader.submissions.live import redis_client

logger = logging.getLogger(__name__)
WINDOW_S = 60


def seconds_to_wait(name: str, per_minute: int | None = None) -> int:
    """Count one use of `name`; 0 when it is within the limit, else the seconds until it may be tried again.

    Without Redis nothing is refused: the limit protects the queue, and a broken counter must not stop a class.
    """
    key = f"limit:{name}"
    try:
        with redis_client().pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=WINDOW_S, nx=True)
            pipe.incr(key)
            pipe.ttl(key)
            _, used, left_s = pipe.execute()
    except redis.RedisError as error:
        logger.warning("No rate limit for %s: %s", name, error)
        return 0
    return max(1, int(left_s)) if used > (per_minute or settings.RUNS_PER_MINUTE) else 0


def seconds_until_next_run(user: Any) -> int:
    """The same limit for runs and submissions together: both take a slot of the sandbox."""
    return seconds_to_wait(f"run:{user.pk}")
