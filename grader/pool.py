"""What a web process's pool of connections to PostgreSQL asks before it gives one to a request."""

from __future__ import annotations

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection as django_connection
from psycopg import Connection
from psycopg_pool import ConnectionPool

RESTED_S = 10.0  # a firewall on the way may have forgotten a connection without telling either end

_given_at: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


def install() -> None:
    """Before the first request. Django has no setting for it: either the query before each request, or nothing at all."""
    pool = getattr(django_connection, "pool", None)
    if pool:
        pool._check = check


def check(connection: Connection[Any]) -> None:
    """Raises what the server's answer raises when it cannot be used any more; then the pool makes another.

    A query before each request cost a tenth of it. A connection with nothing to be done has nothing to be read either:
    what can be read is the server's farewell, or the end.
    """
    now = time.monotonic()
    if now - _given_at.get(connection, 0.0) > RESTED_S or _has_news(connection):
        ConnectionPool.check_connection(connection)
    _given_at[connection] = now


def _has_news(connection: Connection[Any]) -> bool:
    poll = select.poll()  # select itself refuses descriptors above 1023
    poll.register(connection.pgconn.socket, select.POLLIN)
    return bool(poll.poll(0))
