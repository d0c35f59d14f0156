"""Waiting for a result within one request: the answer is a stream that sends all it has to say at its end.

Status and headers are out at once, after permissions were looked at; from then on a wait is a coroutine, which holds
neither a thread's time nor a connection to the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override

from grader.submissions.events import POLL_S
from grader.submissions.hearing import hub
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
    """Listen, then look: a result that comes in between is announced, and one that came before is seen."""
    now = asyncio.get_running_loop().time
    end = now() + wait_s
    async with hub().listen(pk) as news:
        while now() < end and await sync_to_async(is_pending)(pk):
            await news.wait(min(end - now(), LOOK_S if news.is_live else POLL_S))


def is_pending(pk: UUID) -> bool:
    try:
        return Submission.objects.filter(pk=pk, status__in=PENDING).exists()
    finally:
        connections.close_all()
