"""The chapter's page, and running the blocks in it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import redis
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from kombu.exceptions import OperationalError

from exercises.blocks import MAX_SOURCE_BYTES
from grader.dashboard import block_runs, tasks
from grader.dashboard.chapters import build_chapter, check_reader, may_read
from grader.submissions.limits import seconds_until_next_run
from grader.submissions.sources import posted_source

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def chapter(request: HttpRequest, number: int) -> HttpResponse:
    """A whole chapter on one page: 190 kB, compressed to 30."""
    return render(request, "chapters/chapter.html", {"page": build_chapter(request.user, number)})


@require_POST
def run_block(request: HttpRequest, number: int) -> JsonResponse:
    """Queue the posted code; answers with the address at which to ask for what it showed."""
    check_reader(request.user, number)
    source = posted_source(request).decode("utf-8", errors="replace")
    if len(source.encode()) > MAX_SOURCE_BYTES:  # what is no UTF-8 takes more room once it is replaced
        message = _("This is too long to be run here: %(limit)d KiB at most.") % {"limit": MAX_SOURCE_BYTES // 1024}
        return JsonResponse({"error": message}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    wait_s = seconds_until_next_run(request.user)
    if wait_s:
        message = _("That was a lot within a minute. Try again in %(seconds)d s.") % {"seconds": wait_s}
        response = JsonResponse({"error": message}, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(wait_s)
        return response
    try:
        pk = block_runs.start(request.user, source)
        tasks.run_block.delay(str(pk))
    except (redis.RedisError, OperationalError) as error:
        logger.warning("No block was run: %s", error)
        return unavailable()
    return JsonResponse({"url": reverse("block_run", args=[pk])}, status=HTTPStatus.ACCEPTED)


@require_GET
@never_cache
def block_run(request: HttpRequest, pk: Any) -> JsonResponse:
    """What one's own run showed, as HTML, once it is done. 404 when it is forgotten."""
    try:
        run = block_runs.find(request.user, pk) if may_read(request.user) else None
    except redis.RedisError:
        return unavailable()
    if run is None:
        raise Http404("no such run")
    view = block_runs.show_run(run)
    html = render_to_string("chapters/_run.html", {"run": view}, request) if view else ""
    return JsonResponse({"done": view is not None, "html": html})


def unavailable() -> JsonResponse:
    message = _("Code cannot be run just now. Wait a moment and try again.")
    return JsonResponse({"error": message}, status=HTTPStatus.SERVICE_UNAVAILABLE)
