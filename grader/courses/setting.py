"""Setting exercises in a course: adding, ordering, taking out, and copying a whole course."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from grader.courses.models import Assignment, Course, Enrollment, Role
from grader.courses.rules import move_days

DATES = ("opens_at", "due_at", "closes_at")
COPIED = (
    "exercise_id",
    "position",
    "points",
    "weight",
    "late_percent",
    "grace_minutes",
    "floor_percent",
    "attempt_limit",
    "cooldown_s",
    "counted",
)


def add_assignments(course: Course, rows: list[Assignment]) -> None:
    """Behind what is set already, in this order; what somebody else has set meanwhile stays as it is."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        there = set(course.assignments.values_list("exercise", flat=True))
        last = course.assignments.aggregate(last=Max("position"))["last"] or 0
        new = [row for row in rows if row.exercise_id not in there]
        for position, row in enumerate(new, start=last + 1):
            row.position = position
        Assignment.objects.bulk_create(new)


def order_assignments(course: Course, wanted: dict[int, int]) -> None:
    """Renumber from 1: by the wanted positions, equal ones as they stood."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        rows = list(course.assignments.order_by("position", "pk"))
        in_order = sorted(rows, key=lambda row: wanted.get(row.pk, row.position))
        for position, row in enumerate(in_order, start=1):
            row.position = position
        Assignment.objects.bulk_update(in_order, ["position"])


def copy_course(source: Course, *, title: str, slug: str, shift_days: int, instructor: Any) -> Course:
    """A new course with the same exercises under the same rules, its dates moved; the instructor is its only member."""
    with transaction.atomic():
        course = Course.objects.create(title=title, slug=slug, time_zone=source.time_zone, language=source.language)
        rows = [copy_assignment(row, course, shift_days) for row in source.assignments.order_by("position", "pk")]
        Assignment.objects.bulk_create(rows)
        Enrollment.objects.create(user=instructor, course=course, role=Role.INSTRUCTOR)
    return course


def copy_assignment(row: Assignment, course: Course, shift_days: int) -> Assignment:
    copy = Assignment(course=course, **{name: getattr(row, name) for name in COPIED})
    for name in DATES:
        moment = getattr(row, name)
        setattr(copy, name, move_days(moment, shift_days, course.zone) if moment else None)
    return copy


def save_rules(rows: Iterable[Assignment], names: Iterable[str]) -> None:
    Assignment.objects.bulk_update(rows, list(names))
