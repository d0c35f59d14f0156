"""Hearing what workers announce: one subscription for all the pages of a process that wait.

A page that waits costs an entry in a dictionary, so that a whole class may.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakKeyDictionary

import redis

from grader.submissions.live import CHANNEL, TIMEOUT_S, open_async_redis

logger = logging.getLogger(__name__)
AGAIN_S = 1.0  # after Redis has gone
PING_S = 30  # a quiet connection is tried so often


class News:
    """What one page has not looked at yet. `status` is the last that was announced."""

    def __init__(self, hub: Hub) -> None:
        self.status = ""
        self._hub = hub
        self._event = asyncio.Event()

    def tell(self, status: str) -> None:
        self.status = status
        self._event.set()

    async def wait(self, timeout_s: float) -> bool:
        """Whether there was something within `timeout_s`; False says nothing while Redis is away."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True

    @property
    def is_live(self) -> bool:
        """Whether news would come: without Redis whoever waits looks at the database by itself."""
        return self._hub.is_live


class Hub:
    """Of one event loop. Subscribed from the first listener on."""

    def __init__(self) -> None:
        self.is_live = False
        self._listeners: dict[str, set[News]] = {}
        self._hearing: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()

    @asynccontextmanager
    async def listen(self, pk: UUID) -> AsyncIterator[News]:
        """News of one submission, from now on: whoever reads the database inside of it misses nothing."""
        news, name = News(self), str(pk)
        self._listeners.setdefault(name, set()).add(news)
        if self._hearing is None:
            self._hearing = asyncio.create_task(self._hear())
        try:
            await self._tried.wait()
            yield news
        finally:
            self._listeners[name].discard(news)
            if not self._listeners[name]:
                del self._listeners[name]

    async def _hear(self) -> None:
        has_missed = False
        while True:
            try:
                await self._follow(has_missed)
            except (redis.RedisError, OSError, TimeoutError) as error:
                logger.warning("No live results: %s", error)
            self.is_live, has_missed = False, True
            self._tried.set()
            await asyncio.sleep(AGAIN_S)

    async def _follow(self, has_missed: bool) -> None:
        """Subscribe, and pass on what comes until the connection breaks."""
        async with open_async_redis() as client, client.pubsub() as subscriber:
            await subscriber.subscribe(CHANNEL)
            if await subscriber.get_message(timeout=TIMEOUT_S) is None:
                raise TimeoutError("Redis does not confirm a subscription")
            self.is_live = True
            self._tried.set()
            if has_missed:
                self._wake_all()
            while True:
                message = await subscriber.get_message(timeout=PING_S)
                if message is None:
                    await subscriber.ping()
                elif message["type"] == "message":
                    self._pass_on(message["data"].decode())

    def _pass_on(self, announced: str) -> None:
        name, _, status = announced.partition(" ")
        for news in self._listeners.get(name, ()):
            news.tell(status)

    def _wake_all(self) -> None:
        for listeners in self._listeners.values():
            for news in listeners:
                news.tell("")


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The running loop's."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
