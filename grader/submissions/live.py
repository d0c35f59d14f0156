"""Live results over Redis: a message only says "look again"; the database holds the truth."""

from __future__ import annotations

import logging
import threading
from functools import cache
from uuid import UUID

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
TIMEOUT_S = 1.0
CHANNEL = "submissions"
_one_at_a_time = threading.Lock()


def redis_client() -> redis.Redis:
    """This process's, with its pool of connections.

    Made by one thread: of two that came first together, one would drop its client, which closes its connections, and
    whoever asked through it would fail.
    """
    with _one_at_a_time:
        return make_client()


@cache
def make_client() -> redis.Redis:
    """Whatever fails is tried once more at once, as a pooled connection may be an old one."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 1),
    )


def open_async_redis() -> redis.asyncio.Redis:
    """A connection of its own for one subscriber; the caller closes it."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT_S)


def announce(pk: UUID, status: str) -> bool:
    """Tell whoever watches the submission. False without Redis: that costs liveness (pages look), never a result."""
    try:
        redis_client().publish(CHANNEL, f"{pk} {status}")
        return True
    except redis.RedisError as error:
        logger.warning("Submission %s is %s, but Redis could not announce it: %s", pk, status, error)
        return False
