"""The pickers of exercises: one that a platform opens, and one for a link that names none."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grader.courses.audit import record
from grader.courses.permissions import Act, find_seat
from grader.lti import deep_linking
from grader.lti.models import LineItem, Platform, ResourceLink, origin_of
from grader.lti.outbox import note_all
from grader.lti.people import set_exercise
from grader.lti.refusals import Refused
from grader.submissions.results import current_locale


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest, name: str) -> HttpResponse:
    """Choose exercises and sections; then take the signed answer back to the platform."""
    asked: dict[str, Any] | None = (request.session.get(deep_linking.KEY) or {}).get(name)
    platform = Platform.objects.filter(pk=asked["platform"], is_active=True).first() if asked else None
    if asked is None or platform is None:
        raise Http404("nothing to answer")
    if request.method == "POST":
        return take_back(request, platform, asked)
    return show(request, asked)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Choose what a link opens that names no exercise."""
    seat = find_seat(request.user, slug, Act.SET)
    row = ResourceLink.objects.filter(pk=pk, context__course=seat.course).first()
    if row is None:
        raise Http404("no such link in this course")
    if request.method != "POST":
        return show(request, {"multiple": False})
    try:
        assignment = set_exercise(seat.course, request.POST.get("exercise", "")[:100])
    except Refused:
        return show(request, {"multiple": False}, _("Choose an exercise first."))
    ResourceLink.objects.filter(pk=row.pk).update(assignment=assignment)
    record(request, seat.course, "lti.link", link=row.pk, assignment=assignment.pk)
    for item in LineItem.objects.filter(link=row):
        note_all(item.pk)
    return redirect(f"{reverse('exercise', args=[assignment.exercise.slug])}?{urlencode({'course': slug})}")


def show(request: HttpRequest, asked: dict[str, Any], notice: str = "") -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    choices = deep_linking.list_choices(current_locale(), words)
    reading = deep_linking.list_reading(current_locale(), words) if asked.get("return_url") else []
    context = {"choices": choices, "reading": reading, "asked": asked, "words": words, "notice": notice}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if notice else HTTPStatus.OK
    return render(request, "lti/pick.html", context, status=status)


def take_back(request: HttpRequest, platform: Platform, asked: dict[str, Any]) -> HttpResponse:
    wanted = request.POST.getlist("exercise")[:500]
    locale = asked["language"] or current_locale()
    labels = [*deep_linking.list_choices(locale), *deep_linking.list_reading(locale)]
    chosen = [choice for choice in labels if choice.slug in wanted]
    if not chosen:
        return show(request, asked, _("Choose something first."))
    if not asked["multiple"]:
        chosen = chosen[:1]
    items = deep_linking.content_items(asked, chosen, request.build_absolute_uri(reverse("lti_launch")))
    token = deep_linking.answer(platform, asked, items)
    context = {"return_url": asked["return_url"], "token": token, "chosen": chosen}
    response = render(request, "lti/picked.html", context)
    response._csp_replace = {"form-action": ["'self'", origin_of(asked["return_url"])]}  # type: ignore[attr-defined]
    return response
