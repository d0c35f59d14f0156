"""Who may see what. Every refusal is a 404: a stranger learns nothing, not even that something exists."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from exercises.models import Exercise
from grader.courses.models import TEACHING, Assignment, AssignmentQuerySet, Enrollment
from grader.courses.permissions import Seat, take_seat, ways_of
from grader.kept_sql import KeptSql
from grader.submissions.models import Submission

published = KeptSql(
    lambda slug: (
        Exercise.objects.filter(slug=slug, current__isnull=False)
        .select_related("current")
        .defer("current__files", "current__variants")
    ),
    str,
)
set_for = KeptSql(
    lambda user, exercise, now: (
        Assignment.objects.reachable_at(user, now)
        .filter(exercise=exercise)
        .select_related("course")
        .most_urgent_first(now)[:1]
    ),
    int, int, datetime,
)  # fmt: skip
author_and_exercise = KeptSql(lambda pk: Submission.objects.filter(pk=pk).values_list("user_id", "exercise_id"), UUID)


def find_exercise(user: Any, slug: str, course: str = "") -> tuple[Exercise, Assignment | None]:
    """The published exercise and the assignment under which the user meets it. Raises Http404.

    Where `course` is given, the one that is set there and no other: who came for it hands in there. Students need an open
    assignment in one of their courses; staff and teachers may look at every exercise.
    """
    exercise = published.first(slug)
    if exercise is None or exercise.current is None:
        raise Http404("no such exercise")
    exercise.current.exercise = exercise
    if course:
        named = reachable(user, exercise).filter(course__slug=course[:80]).first()
        if named is None:
            raise Http404("not set there for this user")
        return exercise, named
    if getattr(user, "is_staff", False):
        assignment = reachable(user, exercise).filter(course__enrollments__user=user).most_urgent_first().first()
    else:
        assignment = set_for.first(user.pk, exercise.pk, timezone.now())
    if assignment is None and not ways_of(user).teaches:
        raise Http404("not open to this user")
    return exercise, assignment


def reachable(user: Any, exercise: Exercise) -> AssignmentQuerySet:
    return Assignment.objects.reachable_by(user).filter(exercise=exercise).select_related("course")


def find_submission(user: Any, pk: UUID) -> Submission:
    """A submission of the user's own, or of a student whom they teach this exercise. Raises Http404."""
    submission = Submission.objects.with_version().select_related("user").filter(pk=pk).first()
    if submission is None or not may_read(user, submission):
        raise Http404("no such submission")
    return submission


def check_reading(user: Any, pk: UUID) -> None:
    """Raise Http404 unless the user may read it; reads next to nothing of it."""
    found = author_and_exercise.first(pk)
    if found is None or not may_read_work(user, *found):
        raise Http404("no such submission")


def may_read(user: Any, submission: Submission) -> bool:
    """Its author, staff, and whoever teaches a course of the author's in which the exercise is set."""
    return may_read_work(user, submission.user_id, submission.exercise_id)


def taught_through(user: Any, submission: Submission) -> tuple[Seat, Assignment] | None:
    """The course, and what is set in it, through which the user teaches the submission's author this exercise.

    Where there are several, the one in which it was handed in. None for one's own work, and for staff where the author is
    in no such course.
    """
    if submission.user_id == user.pk:
        return None
    assignments = Assignment.objects.filter(
        exercise=submission.exercise_id, course__enrollments__user=submission.user_id
    ).select_related("course")
    if not user.is_staff:
        taught = Enrollment.objects.filter(user=user, role__in=TEACHING).values("course")
        assignments = assignments.filter(course__in=taught)
    found = sorted(assignments, key=lambda row: (row.pk != submission.assignment_id, row.pk))
    seat = take_seat(user, found[0].course) if found else None
    return (seat, found[0]) if seat else None


def may_read_work(user: Any, author_id: int, exercise_id: int) -> bool:
    """Whether the user may see what the author has sent for the exercise."""
    if user.is_staff or author_id == user.pk:
        return True
    shared = Enrollment.objects.filter(user=user, role__in=TEACHING).values("course")
    return Enrollment.objects.filter(
        user=author_id, course__in=shared, course__assignments__exercise=exercise_id
    ).exists()
