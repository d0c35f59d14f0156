"""Who asks, by which token; sessions and their cookies mean nothing here, so that no page can ask in a user's name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from grader.api import tokens
from grader.api.models import Scope, Token
from grader.api.problems import Code, Problem
from grader.submissions.limits import seconds_to_wait


class Bearer(HttpBearer):
    """A token with the scope. The request is then its owner's, as if they had logged in."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = tokens.find(token)
        if found is None:
            raise Problem(Code.BAD_TOKEN)
        if found.is_expired:
            raise Problem(Code.EXPIRED_TOKEN)
        wait_s = seconds_to_wait(f"api:{found.user_id}", settings.API_REQUESTS_PER_MINUTE)
        if wait_s:
            raise Problem(Code.TOO_OFTEN, retry_after_s=wait_s)
        tokens.note_use(found)
        # The second is where the log's line of a request looks for whose it was.
        request.user = request._cached_user = found.user  # type: ignore[attr-defined]
        require(found, self.scope)
        return found


def require(token: Token, scope: Scope) -> None:
    """Raises Problem."""
    if scope not in token.scope_set:
        raise Problem(Code.MISSING_SCOPE)


READ, SUBMIT, GRADEBOOK = (Bearer(scope) for scope in (Scope.READ, Scope.SUBMIT, Scope.GRADEBOOK))
