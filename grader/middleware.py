"""Request ids: one name for everything that a request leaves in the logs."""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.decorators import sync_and_async_middleware

logger = logging.getLogger("grader.request")
# Asked for every few seconds by machines: a line for each would bury the others.
UNTOLD = {"livez", "readyz", "healthz", "metrics"}
current_request_id: ContextVar[str] = ContextVar("request_id", default="-")
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")


def choose_id(request: HttpRequest) -> str:
    """The proxy's id where it is well-formed, else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


def tell(request: HttpRequest, response: HttpResponseBase, started: float) -> None:
    """One line for each request of a page: its route, since its path may be a key; and whose it was, if that is known."""
    match = request.resolver_match
    if (match is None and response.status_code < 400) or (match and match.url_name in UNTOLD):
        return
    user = getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    route = "/" + match.route if match else "(none)"
    logger.info(
        "%s %s %d",
        request.method, route, response.status_code,
        extra={"ms": round(1000 * (time.perf_counter() - started), 1), "user": getattr(user, "pk", None)},
    )  # fmt: skip


@sync_and_async_middleware
def request_id(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Give each request an id (`request.id`, the logs, the X-Request-ID header)."""

    def begin(request: HttpRequest) -> str:
        request.id = choose_id(request)  # type: ignore[attr-defined]
        current_request_id.set(request.id)  # type: ignore[attr-defined]
        return request.id  # type: ignore[attr-defined,no-any-return]

    if iscoroutinefunction(get_response):

        async def middleware(request: HttpRequest) -> HttpResponseBase:
            started, name = time.perf_counter(), begin(request)
            answer: Awaitable[HttpResponseBase] = get_response(request)
            response = await answer
            response["X-Request-ID"] = name
            tell(request, response, started)
            return response

        return middleware

    def sync_middleware(request: HttpRequest) -> HttpResponseBase:
        started, name = time.perf_counter(), begin(request)
        response: HttpResponseBase = get_response(request)
        response["X-Request-ID"] = name
        tell(request, response, started)
        return response

    return sync_middleware


class CompressPages(GZipMiddleware):
    """Pages as gzip. Streams stay as they are: a compressor would keep an event back until it has more to send."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)
