"""The page of the audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.courses.permissions import Act, find_seat
from grader.gradebook.audit import build_audit, read_asked


@require_safe
@never_cache
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what in the course."""
    seat = find_seat(request.user, slug, Act.GRADE)
    page = build_audit(seat.course, read_asked(request.GET))
    return render(request, "gradebook/audit.html", {"seat": seat, "page": page})
