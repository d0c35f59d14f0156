"""Pairs of an assignment, and two files side by side. For teachers; nothing is decided here."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.courses.audit import record
from grader.courses.models import Assignment, Course
from grader.courses.pages import find_published, title_of
from grader.courses.permissions import Act, find_seat
from grader.similarity import pages


def find_assignment(course: Course, pk: int) -> Assignment:
    """Raises Http404; also for predictions, whose answers are few and alike by nature."""
    row = find_published(course, pk)
    version = row.exercise.current
    assert version is not None
    if version.load().predict is not None:
        raise Http404("a prediction")
    return row


@require_safe
@never_cache
def similar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    seat = find_seat(request.user, slug, Act.TEACH)
    assignment = find_assignment(seat.course, pk)
    context = {
        "seat": seat,
        "assignment": assignment,
        "title": title_of(assignment.exercise),
        "lines": pages.find_alike(seat.course, assignment),
    }
    return render(request, "similarity/similar.html", context)


@require_safe
@never_cache
def similar_pair(request: HttpRequest, slug: str, pk: int, first: UUID, second: UUID) -> HttpResponse:
    seat = find_seat(request.user, slug, Act.TEACH)
    assignment = find_assignment(seat.course, pk)
    pair = pages.find_pair(seat.course, assignment, (first, second))
    if pair is None:
        raise Http404("no such pair")
    record(request, seat.course, "similarity.view", assignment=pk, submissions=[str(first), str(second)])
    context = {
        "seat": seat,
        "assignment": assignment,
        "title": title_of(assignment.exercise),
        "sides": pages.show_sides(*pair, assignment),
    }
    return render(request, "similarity/pair.html", context)
