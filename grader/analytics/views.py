"""Analytics of a course and of an exercise in it, for those who teach it; and the note that a hint was opened."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grader.analytics import pages
from grader.analytics.models import OpenedHint
from grader.courses.pages import find_published
from grader.courses.permissions import Act, find_seat
from grader.submissions.access import find_exercise
from grader.submissions.models import Submission


@require_safe
@never_cache
def analytics(request: HttpRequest, slug: str) -> HttpResponse:
    seat = find_seat(request.user, slug, Act.TEACH)
    return render(request, "analytics/course.html", {"seat": seat, "lines": pages.list_exercises(seat.course)})


@require_safe
@never_cache
def analytics_exercise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    seat = find_seat(request.user, slug, Act.TEACH)
    row = find_published(seat.course, pk)
    page = pages.build_page(seat.course, row)
    return render(request, "analytics/exercise.html", {"seat": seat, "assignment": row, "page": page})


@require_POST
def hint_opened(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Note the first time that this student unfolded a hint; only one that a failed attempt has opened."""
    exercise, _assignment = find_exercise(request.user, slug)
    assert exercise.current is not None
    failed = Submission.objects.failed_at(exercise.pk, request.user.pk).count()
    if not 1 <= number <= min(failed, len(exercise.current.load().hints)):
        raise Http404("no such hint")
    OpenedHint.objects.get_or_create(user=request.user, exercise=exercise, number=number)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
