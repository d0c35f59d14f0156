"""The LMS's pages: who you are, a unit as learners see it, and as Studio shows it to its author."""

from __future__ import annotations

from campus.lms import load_block, location_of
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse


def log_in(request: HttpRequest, name: str) -> HttpResponse:
    login(request, get_user_model().objects.get(username=name))
    return HttpResponse("ok")


@login_required
def unit(_request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(load_block(location_of(name)).student_view({}).content)


@login_required
def studio(_request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(load_block(location_of(name)).author_view({}).content)
