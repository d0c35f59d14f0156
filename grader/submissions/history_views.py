"""The attempts at an exercise: one's own, and for teachers those of their students."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from exercises.models import Exercise
from grader.courses.audit import record
from grader.courses.models import TEACHING, Assignment, Enrollment
from grader.submissions.access import find_exercise, may_read_work
from grader.submissions.history import build_attempts
from grader.submissions.models import Submission


@require_safe
@never_cache
@gzip_page
def attempts(request: HttpRequest, slug: str) -> HttpResponse:
    """All attempts at an exercise with what each changed; `?student=` another's, `?runs=1` runs of the examples too."""
    student = find_student(request.GET.get("student", ""), request.user)
    exercise, assignment = find_attempted(request.user, student, slug)
    page = build_attempts(
        student,
        exercise,
        assignment,
        reader=request.user,
        with_runs=request.GET.get("runs") == "1",
        number=request.GET.get("page", "1"),
    )
    if student.pk != request.user.pk and assignment:
        record(request, assignment.course, "attempts.view", user=student.pk, exercise=slug)
    return render(request, "submissions/attempts.html", {"page": page})


def find_student(name: str, reader: Any) -> Any:
    """By user name, or by id where nobody has that name; the reader when none is given. Raises Http404."""
    if not name:
        return reader
    users = get_user_model().objects.all()
    student = users.filter(username=name).first()
    if student is None and name.isdecimal() and len(name) < 10:
        student = users.filter(pk=int(name)).first()
    if student is None:
        raise Http404("no such student")
    return student


def find_attempted(reader: Any, student: Any, slug: str) -> tuple[Exercise, Assignment | None]:
    """The exercise, where the reader may see the student's work on it, and how it is set for the student. Raises Http404.

    Own work stays readable when the exercise is not set any more.
    """
    published = Exercise.objects.select_related("current").defer("current__files", "current__variants")
    exercise = published.filter(slug=slug, current__isnull=False).first()
    if exercise is None or exercise.current is None:
        raise Http404("no such exercise")
    exercise.current.exercise = exercise
    assigned = Assignment.objects.filter(exercise=exercise, course__enrollments__user=student)
    if student.pk == reader.pk:
        if not Submission.objects.filter(user=reader, exercise=exercise).exists():
            return find_exercise(reader, slug)
    elif not may_read_work(reader, student.pk, exercise.pk):
        raise Http404("no such work for this user")
    elif not reader.is_staff:
        assigned = assigned.filter(
            course__in=Enrollment.objects.filter(user=reader, role__in=TEACHING).values("course")
        )
    return exercise, assigned.select_related("course").most_urgent_first().first()
