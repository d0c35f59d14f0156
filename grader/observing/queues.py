"""How much waits in each queue of the broker, and since when."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kombu.exceptions import OperationalError

from grader.celery import app
from grader.logs import HEADER
from grader.observing.reports import QUEUES


@dataclass(frozen=True)
class QueueState:
    """`oldest_s`: how long its oldest message waits; None where it is empty or the broker does not tell."""

    depth: int
    oldest_s: float | None = None


def read_queues() -> dict[str, QueueState]:
    """All queues, empty or not. Raises OSError or kombu's OperationalError without a broker."""
    with app.connection_for_read(transport_options={"max_retries": 0}) as connection:
        connection.ensure_connection(max_retries=0, timeout=2)
        return {name: read_queue(connection, name) for name in QUEUES}


def read_queue(connection: Any, name: str) -> QueueState:
    """In a channel of its own, which a queue that is not there would close."""
    channel = connection.channel()
    try:
        depth = int(channel.queue_declare(queue=name, passive=True).message_count)
    except connection.channel_errors:
        return QueueState(0)
    finally:
        with suppress(Exception):
            channel.close()
    return QueueState(depth, read_age(connection, name) if depth else None)


def read_age(connection: Any, name: str) -> float | None:
    """Redis lets one look at the next message without taking it."""
    client = getattr(connection.default_channel, "client", None)
    if client is None or not hasattr(client, "lindex"):
        return None
    body = client.lindex(name, -1)
    try:
        return max(0.0, time.time() - json.loads(body)["headers"][HEADER]["queued_at"])
    except (TypeError, ValueError, KeyError):
        return None


__all__ = ["OperationalError", "QueueState", "read_queues"]
