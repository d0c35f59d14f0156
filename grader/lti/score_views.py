"""What became of the grades that went to a platform; for teachers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grader.courses.audit import record
from grader.courses.models import Course
from grader.courses.pages import name_of
from grader.courses.permissions import Act, find_seat
from grader.lti.models import PostState, ScorePost
from grader.lti.outbox import problem_of, send_again
from grader.submissions.results import current_locale

PER_PAGE = 100
STUCK = (PostState.REFUSED, PostState.GIVEN_UP, PostState.SUPERSEDED)


@dataclass(frozen=True)
class ScoreLine:
    """One student's grade of one link."""

    pk: int
    name: str
    title: str
    state: str
    state_name: str
    given: float | None
    maximum: float | None
    problem: str
    at: datetime | None
    next_try: datetime | None


def posts_of(course: Course) -> Any:
    linked = "person__user", "line_item__link__assignment__exercise__current"
    rows = ScorePost.objects.filter(line_item__link__assignment__course=course).select_related(*linked)
    versions = "line_item__link__assignment__exercise__current"
    return rows.defer(f"{versions}__files", f"{versions}__variants").order_by("-answered_at", "-pk")


def show_line(post: ScorePost) -> ScoreLine:
    assignment = post.line_item.link.assignment
    assert assignment is not None and assignment.exercise.current is not None
    told = post.arrived or post.body or {}
    return ScoreLine(
        pk=post.pk,
        name=name_of(post.person.user),
        title=str(assignment.exercise.current.title(current_locale())),
        state=post.state,
        state_name=str(PostState(post.state).label),
        given=told.get("scoreGiven"),
        maximum=told.get("scoreMaximum"),
        problem=str(problem_of(post)) if post.state != PostState.SENT else "",
        at=post.answered_at,
        next_try=post.due_at if post.state == PostState.PENDING else None,
    )


@require_safe
@never_cache
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """Every grade and where it stands; what the platform said where it refused."""
    seat = find_seat(request.user, slug, Act.TEACH)
    page = Paginator(posts_of(seat.course), PER_PAGE).get_page(request.GET.get("page"))
    stuck = ScorePost.objects.filter(line_item__link__assignment__course=seat.course, state__in=STUCK).count()
    context = {"seat": seat, "page": page, "lines": [show_line(post) for post in page], "stuck": stuck}
    return render(request, "lti/scores.html", context)


@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Send one again, or all of them."""
    seat = find_seat(request.user, slug, Act.GRADE)
    posts = ScorePost.objects.filter(line_item__link__assignment__course=seat.course)
    wanted = request.POST.get("post", "")
    if wanted:
        posts = posts.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0)
    count = send_again(posts)
    record(request, seat.course, "lti.send", post=wanted or "all", count=count)
    told = ngettext("%(count)d grade is sent again.", "%(count)d grades are sent again.", count) % {"count": count}
    messages.success(request, told) if count else messages.info(request, _("There is nothing to send."))
    return redirect("lti_scores", slug=slug)
