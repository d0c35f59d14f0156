"""Who may write exercises, and which drafts are whose. Every refusal is a 404: a stranger learns nothing."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404

from exercises.models import Exercise
from grader.authoring.models import Workspace, WorkspaceQuerySet
from grader.courses.models import Course, CourseQuerySet, Enrollment, Role
from grader.courses.permissions import POLICY, Act

SETTERS = [role for role in Role if Act.SET in POLICY[role]]


def may_author(user: Any) -> bool:
    """Staff, and who sets exercises in some course. Asked once a request."""
    if user.is_staff:
        return True
    kept: bool | None = getattr(user, "_may_author", None)
    if kept is None:
        user._may_author = kept = Enrollment.objects.filter(user_id=user.pk, role__in=SETTERS).exists()
    return kept


def demand_author(user: Any) -> None:
    """Raises Http404 for everybody else."""
    if not may_author(user):
        raise Http404("writes no exercises")


def set_in(user: Any) -> CourseQuerySet:
    """The courses with which the user may share a draft."""
    current = Course.objects.filter(archived_at=None)
    if user.is_staff:
        return current
    mine = Enrollment.objects.filter(user_id=user.pk, role__in=SETTERS)
    return current.filter(pk__in=mine.values("course"))


def drafts_of(user: Any) -> WorkspaceQuerySet:
    """One's own drafts, and those of the courses in which one sets exercises; all for staff."""
    if user.is_staff:
        return Workspace.objects.all()
    mine = Enrollment.objects.filter(user_id=user.pk, role__in=SETTERS)
    return Workspace.objects.filter(Q(owner_id=user.pk) | Q(course__in=mine.values("course")))


def find_workspace(user: Any, pk: int) -> Workspace:
    """Raises Http404 when it is not the user's to edit."""
    demand_author(user)
    found = drafts_of(user).select_related("owner", "course", "published__exercise").filter(pk=pk).first()
    if found is None:
        raise Http404("no such draft for this user")
    return found


def owns(user: Any, workspace: Workspace) -> bool:
    """Whether the user says who shares the draft, and whether it stays: its author, and staff."""
    return bool(user.is_staff or workspace.owner_id == user.pk)


def find_source(user: Any, slug: str) -> Exercise:
    """A published exercise whose source the user may read: bundled ones, and those of drafts that are theirs.

    Raises Http404.
    """
    demand_author(user)
    exercise = Exercise.objects.select_related("current").filter(slug=slug, current__isnull=False).first()
    written = Workspace.objects.filter(slug=slug)
    if exercise is None or (written.exists() and not drafts_of(user).filter(slug=slug).exists()):
        raise Http404("no such source for this user")
    return exercise
