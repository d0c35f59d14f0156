"""The one place that hears of every change to a course: each changing view ends in one call per action."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from grader.courses.models import AuditEntry, Course
from grader.middleware import current_request_id

logger = logging.getLogger(__name__)
MOST_CHARACTERS = 500
READING = timedelta(hours=1)
LOOKED_BACK = 50


def record(request: HttpRequest, course: Course, action: str, **details: Any) -> None:
    """Tell that the user did `action` (such as "course.edit"). `details` are ids, numbers and short texts.

    `user` among the details is whom it concerns.
    """
    write(request.user.pk, course, action, details, getattr(request, "id", ""))


def record_reading(request: HttpRequest, course: Course, action: str) -> None:
    """The same for a page that is opened again and again: not while it is among the last entries, from within an hour."""
    latest = course.audit.order_by("-pk").values_list("actor_id", "action", "at")[:LOOKED_BACK]
    since = timezone.now() - READING
    if not any((actor, what) == (request.user.pk, action) and at > since for actor, what, at in latest):
        record(request, course, action)


def write(actor: int | None, course: Course, action: str, details: dict[str, Any], request_id: str = "") -> None:
    """The same without a request: for commands and workers."""
    told = ", ".join(f"{name}={value!r}" for name, value in sorted(details.items()))
    logger.info("Course %s: user %s: %s (%s)", course.slug, actor, action, told)
    AuditEntry.objects.create(
        course=course,
        actor_id=actor,
        subject_id=read_id(details.get("user")),
        action=action,
        details={name: as_plain(value) for name, value in details.items()},
        request_id=request_id or current_request_id.get().strip("-"),
    )


def write_for_exercise(actor: int | None, exercise: int, action: str, /, **details: Any) -> None:
    """In every course that sets the exercise."""
    for course in Course.objects.filter(assignments__exercise=exercise):
        write(actor, course, action, details)


def read_id(value: object) -> int | None:
    """Some callers give ids as text."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else None


def as_plain(value: Any) -> Any:
    """What JSON and every database take: no NUL, no long texts, times as texts."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {str(name): as_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_plain(item) for item in value]
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")[:MOST_CHARACTERS]
