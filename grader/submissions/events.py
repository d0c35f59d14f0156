"""Live results as server-sent events: one async stream a page, which holds neither a thread's time nor a database connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET

from grader.submissions import places
from grader.submissions.access import find_submission
from grader.submissions.live import TIMEOUT_S, channel, open_async_redis
from grader.submissions.models import PENDING, Submission
from grader.submissions.results import show_result

logger = logging.getLogger(__name__)
KEEPALIVE_S = 10.0
POLL_S = places.LOOK_S


@require_GET
async def events(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Stream `update` events, each with the result's fragment in the reader's language, until the result is final."""
    user = await request.auser()  # type: ignore[attr-defined]
    await sync_to_async(look_up)(user, pk)
    response = StreamingHttpResponse(stream(pk, get_language() or "en"), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def look_up(user: Any, pk: UUID) -> None:
    """Raise Http404 unless the user may read it; then give back the connection that this request has used so far."""
    try:
        find_submission(user, pk)
    finally:
        connections.close_all()


@dataclass
class Seen:
    """What the page has been told so far."""

    status: str = ""
    place: str = ""


def read_update(pk: UUID, language: str, seen: Seen) -> str:
    """The fragment when the status is not the one that was seen, else nothing."""
    try:
        status = Submission.objects.values_list("status", flat=True).get(pk=pk)
        if status == seen.status:
            return ""
        submission = Submission.objects.with_version().defer("source").get(pk=pk)
        with override(language):
            result = show_result(submission)
            seen.status, seen.place = submission.status, result.place
            return render_to_string("submissions/_result.html", {"result": result})
    finally:
        connections.close_all()


def look_at_queue() -> places.Queue:
    try:
        return places.look()
    finally:
        connections.close_all()


async def read_place(pk: UUID, language: str, seen: Seen) -> str | None:
    """The place where it has changed, else nothing; None when the row itself must be read. Costs no query of its own."""
    queue = places.latest()
    if not queue.is_fresh:
        queue = await sync_to_async(look_at_queue)()
    place = queue.places.get(pk)
    if place is None or place.status != seen.status:
        return None
    with override(language):
        text = queue.describe(place)
    if text == seen.place:
        return ""
    seen.place = text
    return text


async def next_event(pk: UUID, language: str, seen: Seen, news: bool) -> str:
    """What there is to tell; empty when nothing is new."""
    place = None if news else await read_place(pk, language, seen)
    if place is not None:
        return as_event("place", place) if place else ""
    html = await sync_to_async(read_update)(pk, language, seen)
    return as_event("update", html) if html else ""


async def stream(pk: UUID, language: str) -> AsyncIterator[str]:
    """Subscribe, then read: a result that comes in between is announced, and one that came before is read.

    `update` carries the fragment when the status changes; `place` the text when, in between, the queue has moved.
    """
    now = asyncio.get_running_loop().time
    deadline, spoke_at = now() + settings.LIVE_STREAM_S, now()
    client = open_async_redis()
    subscriber = client.pubsub()
    seen, news = Seen(), True
    try:
        live = await subscribe(subscriber, pk)
        yield "retry: 2000\n\n"
        while True:
            event = await next_event(pk, language, seen, news)
            if event:
                yield event
                spoke_at = now()
            if seen.status not in PENDING or now() > deadline:
                return
            if now() - spoke_at >= KEEPALIVE_S:
                yield ": alive\n\n"
                spoke_at = now()
            news = await wait_for_news(subscriber) if live else False
            if news is None:
                live = news = False
            if not live:
                await asyncio.sleep(POLL_S)
    except Submission.DoesNotExist:
        return
    finally:
        await close_quietly(subscriber, client)


async def subscribe(subscriber: Any, pk: UUID) -> bool:
    """Subscribe and wait for the confirmation. False without Redis: the stream then looks at the database itself."""
    try:
        await subscriber.subscribe(channel(pk))
        return await subscriber.get_message(timeout=TIMEOUT_S) is not None
    except (redis.RedisError, OSError) as error:
        logger.warning("No live results: %s", error)
        return False


async def wait_for_news(subscriber: Any) -> bool | None:
    """Wait for a message, or until the queue may have moved: whether one came. None when Redis has gone."""
    try:
        return await subscriber.get_message(timeout=POLL_S) is not None
    except (redis.RedisError, OSError) as error:
        logger.warning("Live results lost their Redis: %s", error)
        return None


async def close_quietly(*things: Any) -> None:
    for thing in things:
        try:
            await thing.aclose()
        except (redis.RedisError, OSError):
            pass


def as_event(name: str, text: str) -> str:
    """One event; each line of the text needs its own field."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f"event: {name}\n" + "".join(f"data: {line}\n" for line in lines) + "\n"
