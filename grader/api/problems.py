"""Everything that the API refuses with: a closed set of codes, each with its status and its words."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from exercises.grading import MAX_SOURCE_BYTES

logger = logging.getLogger(__name__)


class Code(StrEnum):
    """Each is a word that programs compare with."""

    NO_TOKEN = "no_token"  # noqa: S105 - a code
    BAD_TOKEN = "bad_token"  # noqa: S105 - a code
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - a code
    MISSING_SCOPE = "missing_scope"
    ARCHIVED = "archived"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NO_ATTEMPTS = "no_attempts"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    ATTEMPT_TAKEN = "attempt_taken"
    FORM_NOT_VALID = "form_not_valid"
    TOO_LARGE = "too_large"
    NOT_VALID = "not_valid"
    COOLDOWN = "cooldown"
    TOO_OFTEN = "too_often"
    OUR_FAULT = "our_fault"


PROBLEMS: dict[Code, tuple[int, Any]] = {
    Code.NO_TOKEN: (401, _("Send a token in the header Authorization, after the word Bearer.")),
    Code.BAD_TOKEN: (401, _("This token opens nothing: it is mistyped, was revoked, or never was one.")),
    Code.EXPIRED_TOKEN: (401, _("This token has expired. Make a new one on the page of your tokens.")),
    Code.MISSING_SCOPE: (403, _("This token is not good for that. Make one that is on the page of your tokens.")),
    Code.ARCHIVED: (403, _("This course is archived: nothing can be handed in any more.")),
    Code.NOT_OPEN: (403, _("This is not open yet.")),
    Code.CLOSED: (403, _("This is closed: nothing can be handed in any more.")),
    Code.NO_ATTEMPTS: (403, _("No attempts are left.")),
    Code.NOT_FOUND: (404, _("There is no such thing, or it is not open to you.")),
    Code.METHOD_NOT_ALLOWED: (405, _("This address does not take this method.")),
    Code.ATTEMPT_TAKEN: (409, _("You have answered for these numbers already. Read the exercise again for new ones.")),
    Code.FORM_NOT_VALID: (409, _("This form is not valid any more. Read the exercise again for new numbers.")),
    Code.TOO_LARGE: (413, _("This request is too large: a file may have at most 64 KiB.")),
    Code.NOT_VALID: (422, _("Some of what was sent cannot be read.")),
    Code.COOLDOWN: (429, _("Between two attempts there is a pause.")),
    Code.TOO_OFTEN: (429, _("That was a lot within a minute. Try again a little later.")),
    Code.OUR_FAULT: (500, _("Something broke on our side. It has been noted; please try again in a moment.")),
}
assert MAX_SOURCE_BYTES == 64 << 10, "the words say 64 KiB"


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one part of a request."""

    field: str
    message: str


class Problem(Exception):
    """The request is refused. `message`: the words, where they say more than the code's own."""

    def __init__(
        self, code: Code, message: str = "", fields: list[FieldProblem] | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.fields, self.retry_after_s = code, message, fields or [], retry_after_s


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The one form of every refusal."""
    status, words = PROBLEMS[problem.code]
    body = {
        "code": problem.code,
        "message": problem.message or str(words),
        "request_id": getattr(request, "id", ""),
        "fields": [{"field": one.field, "message": one.message} for one in problem.fields],
        "retry_after_s": problem.retry_after_s,
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/json; charset=utf-8"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Gradus"'
    if problem.retry_after_s is not None:
        response["Retry-After"] = str(problem.retry_after_s)
    return response


def install(api: NinjaAPI) -> None:
    """Have the API answer in this form whatever goes wrong."""
    api.add_exception_handler(Problem, answer)
    api.add_exception_handler(Http404, lambda request, _error: answer(request, Problem(Code.NOT_FOUND)))
    api.add_exception_handler(AuthenticationError, lambda request, _error: answer(request, Problem(Code.NO_TOKEN)))
    api.add_exception_handler(RequestDataTooBig, lambda request, _error: answer(request, Problem(Code.TOO_LARGE)))
    api.add_exception_handler(HttpError, answer_unreadable)
    api.add_exception_handler(ValidationError, answer_invalid)
    api.add_exception_handler(Exception, answer_broken)


def answer_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The body is no JSON."""
    return answer(request, Problem(Code.NOT_VALID, fields=[FieldProblem("body", "no JSON in UTF-8")]))


def answer_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Which parts do not fit the description, in the library's words."""
    fields = [FieldProblem(name_part(one["loc"]), str(one["msg"])) for one in error.errors]
    return answer(request, Problem(Code.NOT_VALID, fields=fields))


def name_part(location: tuple[Any, ...]) -> str:
    """body.answers.y; the name of the handler's parameter is ours and left out."""
    parts = [str(part) for part in location]
    return ".".join(part for number, part in enumerate(parts) if not (number == 1 and parts[0] == "body"))


def answer_broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """In the same form; whoever watches for errors hears of it as of any other."""
    got_request_exception.send(sender=None, request=request)
    logger.error("%s %s broke", request.method, request.path, exc_info=error)
    return answer(request, Problem(Code.OUR_FAULT))
