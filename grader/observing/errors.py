"""Error reports to Sentry, or to whatever speaks its protocol; only where SENTRY_DSN is set.

What leaves the house is the kind of an error, our own lines of code on its way, and the request's id. No bodies, cookies,
local variables or people: any of them may hold a student's code or name.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from grader.middleware import current_request_id
from grader.scrubbing import scrub

KEPT_OF_REQUESTS = ("method",)
KEPT_CONTEXTS = ("runtime", "trace")


def set_up() -> None:
    """Raises ImproperlyConfigured where reports are asked for and cannot be sent."""
    if not settings.SENTRY_DSN:
        return
    try:
        import sentry_sdk
        from sentry_sdk.integrations.celery import CeleryIntegration
        from sentry_sdk.integrations.django import DjangoIntegration
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN: the package sentry-sdk is not installed; run `pip install -r requirements.txt`, or unset it"
        ) from None
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        integrations=[DjangoIntegration(middleware_spans=False), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        send_client_reports=False,
        before_send=strip,
    )


def strip(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Take out of a report whatever is not ours to tell."""
    for key in ("user", "breadcrumbs", "extra", "server_name", "modules"):
        event.pop(key, None)
    request = event.pop("request", {})
    event["request"] = {key: request[key] for key in KEPT_OF_REQUESTS if key in request}
    event["contexts"] = {key: value for key, value in event.get("contexts", {}).items() if key in KEPT_CONTEXTS}
    for problem in event.get("exception", {}).get("values", []):
        problem["value"] = scrub(str(problem.get("value", "")))
        for frame in problem.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    entry = event.get("logentry")
    if entry:
        text = entry.get("formatted") or entry.get("message", "")
        event["logentry"] = {"message": scrub(entry.get("message", "")), "formatted": scrub(text)}
    event.setdefault("tags", {})["request_id"] = current_request_id.get()
    return event
