"""Pages for requests that cannot be served, each with the request's id."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def error_page(request: HttpRequest, status: int, message: str, template: str | None = None) -> HttpResponse:
    """An error page in the request's language; htmx gets the message alone."""
    context = {"status": status, "message": message, "request_id": getattr(request, "id", "")}
    if getattr(request, "htmx", False):
        return HttpResponse(render_to_string("_notice.html", context, request), status=status)
    return HttpResponse(render_to_string(template or f"{status}.html", context, request), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the reason was the request's size."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    return error_page(
        request, 400, _("The server could not make sense of this request. Go back, reload the page, and try again.")
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return error_page(request, 413, _("This request is too large: a file may have at most 64 KiB."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: an old tab, or cookies switched off."""
    message = _("This page is too old, or cookies are blocked. Reload it and try again.")
    return error_page(request, 403, message, "403_form.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, _("You may not see this page."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404, _("There is no such page, or it is not open to you."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500; falls back to plain text, since the template or the database may be what broke."""
    message = "Something broke on our side. It has been noted."
    try:
        return error_page(
            request, 500, _("Something broke on our side. It has been noted; please try again in a moment.")
        )
    except Exception:
        logger.exception("The error page failed too")
        request_id: Any = getattr(request, "id", "")
        return HttpResponse(f"{message} {request_id}", status=500, content_type="text/plain; charset=utf-8")
