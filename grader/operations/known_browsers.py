"""Which accounts have logged in with this browser: a signed cookie, so that others' wrong guesses do not lock it out.

(OWASP, "Slow down online guessing attacks with device cookies".)
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

COOKIE = "known"
SALT = "grader.known-browser"
MOST = 5  # people who share a browser
MAX_AGE_S = 180 * 24 * 3600


def mark(account: str) -> str:
    """The account's name in the cookie, which tells nobody else anything."""
    return salted_hmac(SALT, account).hexdigest()[:16]


def read(request: HttpRequest) -> dict[str, str]:
    """A random number by account's mark; nothing for a cookie that is not ours, or too old."""
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def browser_of(request: HttpRequest, account: str) -> str:
    """What this browser is called for the account; empty if the account never logged in with it."""
    return read(request).get(mark(account), "")


def remember(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """Let this browser be known for the account, and for the last few that used it."""
    known = read(request)
    number = known.pop(mark(account), "") or secrets.token_hex(8)
    known = {**dict(list(known.items())[-(MOST - 1) :]), mark(account): number}
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=MAX_AGE_S,
        path=reverse("login"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
