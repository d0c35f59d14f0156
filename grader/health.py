"""Health for load balancers and operators: alive, ready, and what exactly is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.submissions.live import redis_client
from sandbox.client import Client


@login_not_required
@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Pages can be served: database and Redis answer. 503 otherwise."""
    return report({"database": check_database, "redis": check_redis})


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Everything, the sandbox with its layers included. 503 with the reasons when something is wrong."""
    return report({"database": check_database, "redis": check_redis, "sandbox": check_sandbox})


def report(checks: dict[str, Callable[[], Any]]) -> JsonResponse:
    """Run the checks; the kind of an error is named, its text is not, since it may hold addresses and passwords."""
    found: dict[str, Any] = {}
    healthy = True
    for name, check in checks.items():
        started = time.perf_counter()
        try:
            found[name] = {"ok": True, **(check() or {})}
        except Exception as error:
            healthy = False
            found[name] = {"ok": False, "reason": type(error).__name__}
        found[name]["ms"] = round(1000 * (time.perf_counter() - started), 1)
    return JsonResponse({"ok": healthy, "checks": found}, status=200 if healthy else 503)


def check_database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"kind": connection.vendor}


def check_redis() -> None:
    redis_client().ping()


class JailNotProved(Exception):
    """The sandbox server's canary found a wall that does not hold, and no job is taken."""


def check_sandbox() -> dict[str, Any]:
    """Slots, queue and layers of the sandbox server on this host. Raises JailNotProved, SandboxUnavailable."""
    status = Client(settings.SANDBOX_SOCKET).ping()
    if status.closed:
        raise JailNotProved
    return {"status": msgspec.to_builtins(status)}
