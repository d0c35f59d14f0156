"""Live results as server-sent events: one async stream a page, which holds neither a thread's time nor a database connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET

from grader.kept_sql import KeptSql
from grader.submissions import places
from grader.submissions.access import check_reading
from grader.submissions.hearing import hub
from grader.submissions.models import PENDING, Status, Submission
from grader.submissions.results import show_result, to_show

KEEPALIVE_S = 10.0
POLL_S = places.LOOK_S
BRIEF_S = 0.8  # what is graded within this time is not told to be running before


status_of = KeptSql(lambda pk: Submission.objects.filter(pk=pk).values_list("status", flat=True), UUID)


@require_GET
def events(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Stream `update` events, each with the result's fragment in the reader's language, until the result is final.

    The page says what it shows already: `seen` in the address, or what the last event before a lost connection told.
    """
    try:
        check_reading(request.user, pk)
    finally:
        connections.close_all()
    shown = request.headers.get("Last-Event-ID") or request.GET.get("seen", "")
    seen = Seen(shown if shown in PENDING else "")
    response = StreamingHttpResponse(stream(pk, get_language() or "en", seen), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


@dataclass
class Seen:
    """What the page has been told so far, and when it was told its place."""

    status: str = ""
    place: str = ""
    placed_at: float = 0.0


def read_update(pk: UUID, language: str, seen: Seen, announced: str = "") -> str:
    """The fragment when the status is not the one that was seen, else nothing. `announced`: what it is said to be now."""
    try:
        is_likely_new = announced not in ("", seen.status)
        if not is_likely_new and status_of.first(pk) == seen.status:
            return ""
        submission = to_show.first(pk)
        if submission is None:
            raise Submission.DoesNotExist
        if submission.status == seen.status:
            return ""
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
    now = time.monotonic()
    if now - seen.placed_at < queue.pace_s(place):
        return ""
    with override(language):
        text = queue.describe(place)
    if text == seen.place:
        return ""
    seen.place, seen.placed_at = text, now
    return text


async def next_event(pk: UUID, language: str, seen: Seen, is_news: bool, announced: str = "") -> str:
    """What there is to tell; empty when nothing is new."""
    place = None if is_news else await read_place(pk, language, seen)
    if place is not None:
        return as_event("place", place) if place else ""
    html = await sync_to_async(read_update)(pk, language, seen, announced)
    return as_event("update", html, seen.status) if html else ""


async def stream(pk: UUID, language: str, seen: Seen) -> AsyncIterator[str]:
    """Listen, then read: a result that comes in between is announced, and one that came before is read.

    `hello` says that nothing on the way holds the stream up; `update` carries the fragment when the status changes, and
    `place` the text when, in between, the queue has moved.
    """
    now = asyncio.get_running_loop().time
    deadline, spoke_at = now() + settings.LIVE_STREAM_S, now()
    try:
        async with hub().listen(pk) as news:
            yield "retry: 2000\n\n" + as_event("hello", "")
            is_news = True
            while True:
                event = await next_event(pk, language, seen, is_news, news.status)
                if event:
                    yield event
                    spoke_at = now()
                if seen.status not in PENDING or now() > deadline:
                    return
                if now() - spoke_at >= KEEPALIVE_S:
                    yield ": alive\n\n"
                    spoke_at = now()
                is_news = await news.wait(POLL_S)
                if is_news and news.status == Status.RUNNING:
                    await news.wait(BRIEF_S)
    except Submission.DoesNotExist:
        return


def as_event(name: str, text: str, status: str = "") -> str:
    """One event; each line of the text needs its own field. `status`: what the page shows after it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = f"event: {name}\n" + (f"id: {status}\n" if status else "")
    return head + "".join(f"data: {line}\n" for line in lines) + "\n"
