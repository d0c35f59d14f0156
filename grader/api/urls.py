"""URLs of the API, its reference, and the page of one's tokens."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, include, path, re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from grader.api import document, pages
from grader.api.operations import api
from grader.api.problems import Code, Problem, answer

# One file with every character of it written as \u0000.
MOST_BYTES = 512 << 10
View = Callable[..., HttpResponseBase]


def guard(view: View) -> View:
    """Around every operation: tokens instead of sessions, a bounded body, one form of refusals, and no copies kept."""

    @csrf_exempt  # it protects sessions, which open nothing here
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        response = view(request, *args, **options) if read_body(request) else answer(request, Problem(Code.TOO_LARGE))
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = answer(request, Problem(Code.METHOD_NOT_ALLOWED))
            response["Allow"] = allowed
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Authorization"])
        return response

    return guarded


def read_body(request: HttpRequest) -> bool:
    """Read it here, up to the bound: a body that does not say how long it is would be read whole. False for a longer one."""
    body = request.read(MOST_BYTES + 1)
    request._body = body  # type: ignore[attr-defined]
    return len(body) <= MOST_BYTES


def unknown(request: HttpRequest) -> HttpResponseBase:
    return answer(request, Problem(Code.NOT_FOUND))


def operations() -> list[URLPattern]:
    """Without the library's own page at the root."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for pattern in patterns:
        pattern.callback = guard(pattern.callback)
    return patterns


addresses = [
    path("", guard(pages.reference), name="reference"),
    path("openapi.json", guard(pages.openapi), name="openapi"),
    *operations(),
    # Whatever is left, newlines too, which <path:…> leaves to the site's pages.
    re_path("", guard(unknown), name="unknown"),
]
urlpatterns = [
    path(document.ROOT, include((addresses, "api"))),
    path("account/tokens/", pages.token_page, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", pages.token_revoke, name="token_revoke"),
]
