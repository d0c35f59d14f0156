"""Erasing a person: what they handed in stays as somebody's without a name, so that statistics stay what they are.

The audit keeps the number that the person had, which then belongs to nobody.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction

from grader.courses.audit import write
from grader.courses.facts import forget
from grader.courses.models import Course, Enrollment, Extension, Override
from grader.gradebook.models import Comment, Flag
from grader.submissions.models import Draft, Submission


class NotErased(Exception):
    """Whoever administers is not erased: their rights are taken from them first."""


@dataclass(frozen=True)
class Held:
    """What there is of a person."""

    courses: int
    submissions: int
    drafts: int
    comments: int


def count_held(user: Any) -> Held:
    return Held(
        courses=Enrollment.objects.filter(user=user).count(),
        submissions=Submission.objects.filter(user=user).count(),
        drafts=Draft.objects.filter(user=user).count(),
        comments=Comment.objects.filter(submission__user=user).count(),
    )


def erase(user: Any, actor: int | None = None, request_id: str = "") -> Any:
    """Put a fresh user without a name in the person's place, and remove the person. Gives the new user.

    Submissions, points, roles and sections stay, as the new user's; comments on the work, flags, drafts, and the reasons
    of extensions and overrides go, since they may tell of the person. Raises NotErased.
    """
    if user.is_staff or user.is_superuser:
        raise NotErased
    with transaction.atomic():
        somebody = get_user_model().objects.create(username=f"erased-{secrets.token_hex(6)}", is_active=False)
        somebody.set_unusable_password()
        somebody.save(update_fields=["password"])
        courses = list(Course.objects.filter(enrollments__user=user))
        Comment.objects.filter(submission__user=user).delete()
        Flag.objects.filter(submission__user=user).delete()
        Draft.objects.filter(user=user).delete()
        Submission.objects.filter(user=user).update(user=somebody)
        Enrollment.objects.filter(user=user).update(user=somebody, invited=False)
        Extension.objects.filter(user=user).update(user=somebody, reason="")
        Override.objects.filter(user=user).update(user=somebody, reason="")
        kind = ContentType.objects.get_for_model(get_user_model())
        LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).delete()
        end_sessions(user)
        for course in courses:
            write(actor, course, "user.erase", {"user": user.pk}, request_id)
        user.delete()
    forget()
    return somebody


def end_sessions(user: Any) -> None:
    """Sessions do not say in a column whose they are."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
