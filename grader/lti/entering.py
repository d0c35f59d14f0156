"""After a proved launch: the person is logged in where they are, or in a tab of its own where a frame keeps no cookies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login as log_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from grader.courses.models import Role
from grader.lti import deep_linking, frames
from grader.lti.claims import Launch
from grader.lti.launching import digest
from grader.lti.models import Entry, Platform, origin_of
from grader.lti.people import Arrival, language_of
from grader.lti.refusals import Refused

ENTRY_S = 600  # time to press the button


@dataclass(frozen=True)
class Entrance:
    """Who goes where, and which pages may frame what they see."""

    user: Any
    url: str
    origins: list[str] = field(default_factory=list)
    picker: dict[str, Any] | None = None  # what a teacher's choice has to answer, in the place of `url`
    locale: str = ""


def entrance_of(platform: Platform, told: Launch, arrival: Arrival, picker: dict[str, Any] | None) -> Entrance:
    """Some platforms log in at one host and show their pages at another: the signed return address tells."""
    origins = [*platform.origins, origin_of(told.return_url)]
    url = "" if picker is not None else destination(arrival)
    return Entrance(arrival.user, url, [origin for origin in origins if origin], picker, told.locale)


def destination(arrival: Arrival) -> str:
    """What the link names; which link it was stands in the address."""
    if arrival.assignment is not None:
        query = urlencode({"course": arrival.course.slug}) if arrival.course else ""
        return f"{reverse('exercise', args=[arrival.assignment.exercise.slug])}?{query}"
    if arrival.section is not None:
        return arrival.section.url
    if arrival.course and arrival.link and arrival.role == Role.INSTRUCTOR:
        return reverse("lti_link", args=[arrival.course.slug, arrival.link.pk])
    return reverse("course", args=[arrival.course.slug]) if arrival.course else reverse("dashboard")


def enter(request: HttpRequest, entrance: Entrance, cookie: str) -> HttpResponse:
    """Log the person in and send them to what they came for."""
    if request.user.pk != entrance.user.pk:
        # Once for all tabs of a person: logging in anew would make the forms worthless that stand in the others.
        log_in(request, entrance.user)
    frames.enter(request, entrance.origins, cookie)
    url = entrance.url
    if entrance.picker is not None:
        url = reverse("lti_pick", args=[deep_linking.keep(request, entrance.picker)])
    response = HttpResponseRedirect(url)
    if entrance.locale and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language_of(entrance.locale),
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def keep(entrance: Entrance) -> str:
    """The ticket with which a page of ours lets the person in, once."""
    ticket = secrets.token_urlsafe(32)
    Entry.objects.create(
        digest=digest(ticket),
        user=entrance.user,
        url=entrance.url,
        picker=entrance.picker,
        origins=entrance.origins,
        locale=entrance.locale,
        expires_at=timezone.now() + timedelta(seconds=ENTRY_S),
    )
    return ticket


def take(ticket: str) -> Entrance:
    """Whom the ticket lets in; of two at once, one. Raises Refused."""
    row = Entry.objects.select_related("user").filter(digest=digest(ticket), expires_at__gt=timezone.now()).first()
    if row is None or not Entry.objects.filter(pk=row.pk).delete()[0]:
        raise Refused("state_used", "the ticket of a proved launch")
    if not row.user.is_active:
        raise Refused("account_closed")
    return Entrance(row.user, row.url, row.origins, row.picker, row.locale)
