"""The grades of one student, every number explained; and one of them with all that was put right by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from grader.courses import rules as arithmetic
from grader.courses.explain import when
from grader.courses.models import Course, Override
from grader.courses.pages import name_of, set_exercises, title_of
from grader.courses.standing import Standing, standings
from grader.gradebook.book import Column, Total, add_up, is_missing, list_columns
from grader.templatetags.gradus import percent_of
from grader.templatetags.gradus import points as show_points


@dataclass(frozen=True)
class GradeLine:
    """One assignment: what counts, and why, in sentences. `url`: of what counts, where something does."""

    pk: int
    section: str
    title: str
    exercise_url: str
    url: str
    grade_url: str
    weight: float
    points: float | None
    max_points: float
    is_late: bool
    is_overridden: bool
    is_extended: bool
    is_missing: bool
    why: list[str]


@dataclass(frozen=True)
class GradesPage:
    """`student` is empty on one's own page."""

    student: str
    lines: list[GradeLine]
    total: Total


def build_grades(course: Course, user: Any, *, is_own: bool) -> GradesPage:
    """Three tables' worth of queries, however much is set. Students read nothing of what is hidden from them."""
    found = standings(course, user=user.pk)
    columns = [column for column in list_columns(course) if column.is_open or not is_own]
    urls = {row.pk: reverse("exercise", args=[row.exercise.slug]) for row in set_exercises(course)}
    own = [found[user.pk, column.pk] for column in columns]
    lines = [
        show_grade(course, column, standing, urls[column.pk]) for column, standing in zip(columns, own, strict=True)
    ]
    return GradesPage("" if is_own else name_of(user), lines, add_up(columns, own))


def show_grade(course: Course, column: Column, standing: Standing, exercise_url: str) -> GradeLine:
    return GradeLine(
        pk=column.pk,
        section=column.section,
        title=column.title,
        exercise_url=exercise_url,
        url=reverse("submission", args=[standing.submission]) if standing.submission else "",
        grade_url=reverse("grade", args=[course.slug, standing.user, column.pk]),
        weight=column.weight,
        points=standing.points,
        max_points=column.max_points,
        is_late=standing.is_late,
        is_overridden=standing.override is not None,
        is_extended=standing.rules.is_extended,
        is_missing=is_missing(standing, timezone.now()),
        why=explain(course, standing),
    )


def explain(course: Course, standing: Standing) -> list[str]:
    """Where the points come from, in sentences."""
    said = explain_attempt(standing, course)
    if standing.rules.is_extended:
        said.append(gettext("An extension is included."))
    if standing.override is not None:
        said.append(explain_override(standing.override, course))
    return said


def explain_attempt(standing: Standing, course: Course) -> list[str]:
    if standing.submission is None or standing.submitted_at is None:
        if standing.ungraded:
            return [gettext("What was handed in has not been graded.")]
        if is_missing(standing, timezone.now()):
            return [gettext("Nothing was handed in, and it was due.")]
        return [gettext("Nothing has been handed in yet.")]
    policy = gettext("the last attempt counts")
    if standing.rules.counted == arithmetic.BEST:
        policy = gettext("the best attempt counts")
    text = gettext("Attempt %(number)d of %(time)s won %(percent)d %% (%(policy)s): %(points)s of %(max)s points.")
    parts = {"number": standing.attempt, "time": when(standing.submitted_at, course), "policy": policy}
    share = standing.share or 0.0
    most = standing.max_points
    parts |= {"percent": percent_of(share, 1.0), "points": show_points(share * most), "max": show_points(most)}
    return [text % parts, *explain_lateness(standing)]


def explain_lateness(standing: Standing) -> list[str]:
    if not standing.is_late:
        return []
    late = ngettext("%(count)d day late", "%(count)d days late", standing.days_late) % {"count": standing.days_late}
    taken = (standing.share or 0.0) - (standing.late_share or 0.0)
    if taken <= 0:
        return [gettext("It was %(late)s; nothing is taken off for that.") % {"late": late}]
    text = gettext("It was %(late)s: %(percent)s %% of the points are taken off, and %(points)s are left.")
    parts = {"late": late, "percent": show_points(100 * taken), "points": show_points(standing.earned)}
    return [text % parts]


def explain_override(override: Override, course: Course) -> str:
    text = gettext("%(who)s set the points to %(points)s on %(time)s: %(reason)s")
    who = name_of(override.set_by) if override.set_by else "–"
    parts = {"who": who, "points": show_points(override.points), "time": when(override.set_at, course)}
    return text % (parts | {"reason": override.reason})


@dataclass(frozen=True)
class PastOverride:
    """A row of the history: what was set, or withdrawn."""

    points: float | None
    reason: str
    by: str
    at: str


def list_overrides(course: Course, user: int, assignment: int) -> list[PastOverride]:
    """The latest first."""
    rows = Override.objects.filter(user=user, assignment=assignment, assignment__course=course).select_related("set_by")
    return [
        PastOverride(row.points, row.reason, name_of(row.set_by) if row.set_by else "–", when(row.set_at, course))
        for row in rows
    ]


@dataclass(frozen=True)
class GradePage:
    """One student at one assignment."""

    user: int
    assignment: int
    student: str
    title: str
    line: GradeLine
    earned: float | None
    submission: UUID | None
    history: list[PastOverride]

    @property
    def is_overridden(self) -> bool:
        return self.line.is_overridden


def build_grade(course: Course, user: Any, assignment: int) -> GradePage | None:
    """None where the assignment is not one of the course's."""
    row = set_exercises(course).filter(pk=assignment).first()
    if row is None:
        return None
    column = next(column for column in list_columns(course) if column.pk == assignment)
    standing = standings(course, user=user.pk, assignment=assignment)[user.pk, assignment]
    line = show_grade(course, column, standing, reverse("exercise", args=[row.exercise.slug]))
    history = list_overrides(course, user.pk, assignment)
    return GradePage(
        user.pk,
        assignment,
        name_of(user),
        title_of(row.exercise),
        line,
        standing.earned,
        standing.submission,
        history,
    )
