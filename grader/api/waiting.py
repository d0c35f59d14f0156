"""Waiting for a result within one request: the answer is a stream that sends all it has to say at its end.

Status and headers are out at once, after permissions were looked at; from then on a wait is a coroutine, which holds
neither a thread's time nor a connection to the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

from grader.submissions.events import POLL_S, close_quietly, subscribe, wait_for_news
from grader.submissions.live import open_async_redis
from grader.submissions.models import PENDING, Submission

MOST_S = 30
# Announcements can get lost; the database is asked so often without one.
LOOK_S = 5.0


def answer_later(pk: UUID, wait_s: int, render: Callable[[], bytes]) -> StreamingHttpResponse:
    """What `render` gives, in the reader's language, once the submission is final or the time is over."""
    language = get_language() or "en"

    def render_and_leave() -> bytes:
        try:
            with override(language):
                return render()
        finally:
            connections.close_all()

    async def stream() -> AsyncIterator[bytes]:
        await sync_to_async(connections.close_all)()
        await wait_until_final(pk, wait_s)
        yield await sync_to_async(render_and_leave)()

    response = StreamingHttpResponse(stream(), content_type="application/json; charset=utf-8")
    response["X-Accel-Buffering"] = "no"
    return response


async def wait_until_final(pk: UUID, wait_s: float) -> None:
    """Subscribe, then look: a result that comes in between is announced, and one that came before is seen."""
    now = asyncio.get_running_loop().time
    end = now() + wait_s
    client = open_async_redis()
    subscriber = client.pubsub()
    try:
        live = await subscribe(subscriber, pk)
        while now() < end and await sync_to_async(is_pending)(pk):
            live = await wait_for_change(subscriber, live, min(end, now() + LOOK_S))
    finally:
        await close_quietly(subscriber, client)


def is_pending(pk: UUID) -> bool:
    try:
        return Submission.objects.filter(pk=pk, status__in=PENDING).exists()
    finally:
        connections.close_all()


async def wait_for_change(subscriber: Any, live: bool, end: float) -> bool:
    """Until something was announced, or `end`. Whether Redis is still there: without it a look is due each second."""
    now = asyncio.get_running_loop().time
    while live and now() < end:
        news = await wait_for_news(subscriber)
        if news is None:
            return False
        if news:
            return True
    if not live:
        await asyncio.sleep(POLL_S)
    return live
