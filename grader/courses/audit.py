"""The one place that hears of every change to a course: each changing view ends in one call per action."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest

from grader.courses.models import Course

logger = logging.getLogger(__name__)


def record(request: HttpRequest, course: Course, action: str, **details: Any) -> None:
    """Tell that the user did `action` (such as "course.edit"). `details` are ids, numbers and short texts."""
    told = ", ".join(f"{name}={value!r}" for name, value in sorted(details.items()))
    logger.info("Course %s: user %s: %s (%s)", course.slug, request.user.pk, action, told)
