"""kombu's Redis transport, mended: a worker outlives a Redis that went away while it was working.

A message that is acknowledged after its connection was closed makes kombu 5.7 ask the closed connection for its address,
which raises AttributeError; Celery takes only connection errors for what they are and ends the worker
(celery/kombu issue 582 is the same trap).
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("the connection to Redis is closed")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Have broker URLs of Redis use this transport."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "grader.broker:Transport"))
