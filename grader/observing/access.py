"""Who may read figures and reasons: whoever holds the token, or asks from an allowed address and not through a proxy."""

from __future__ import annotations

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

# What a proxy leaves in a request that it passes on: then the address is not the reader's, or was told by somebody.
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def may_read(request: HttpRequest) -> bool:
    """With neither token nor addresses set nobody may."""
    return has_token(request) or is_allowed_address(request)


def has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    return bool(token) and scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), token.encode())


def is_allowed_address(request: HttpRequest) -> bool:
    if not settings.METRICS_ALLOW or any(request.headers.get(name) for name in PASSED_ON):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ALLOW)
