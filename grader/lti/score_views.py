"""What a course has to do with its learning platform: grades that went there, what it holds, its roster. For teachers."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grader.courses.audit import record
from grader.courses.permissions import Act, find_seat
from grader.lti import results, rosters
from grader.lti.models import PostState, ScorePost
from grader.lti.outbox import note_all, send_again
from grader.lti.platform_pages import compare, list_rosters, posts_of, show_line

PER_PAGE = 100
STUCK = (PostState.REFUSED, PostState.GIVEN_UP, PostState.SUPERSEDED)


@require_safe
@never_cache
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """Every grade and where it stands; what the platform said where it refused."""
    seat = find_seat(request.user, slug, Act.TEACH)
    page = Paginator(posts_of(seat.course), PER_PAGE).get_page(request.GET.get("page"))
    rosters_here, comparison = list_rosters(seat.course), compare(seat.course)
    context = {
        "seat": seat,
        "page": page,
        "lines": [show_line(post) for post in page],
        "stuck": ScorePost.objects.filter(line_item__link__assignment__course=seat.course, state__in=STUCK).count(),
        "rosters": rosters_here,
        "has_roster": any(roster.is_offered for roster in rosters_here),
        "comparison": comparison,
        "is_going": comparison.is_going or any(roster.is_going for roster in rosters_here),
    }
    return render(request, "lti/scores.html", context)


@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Send one again, or those that differ, or all of them."""
    seat = find_seat(request.user, slug, Act.GRADE)
    wanted = request.POST.get("post", "")
    if wanted == "differing":
        count = results.send_differing(seat.course)
    else:
        posts = ScorePost.objects.filter(line_item__link__assignment__course=seat.course)
        if wanted:
            posts = posts.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0)
        else:
            for item in results.items_of(seat.course):
                note_all(item.pk)  # those of whom nothing was ever sent, too
        count = send_again(posts)
    record(request, seat.course, "lti.send", post=wanted or "all", count=count)
    told = ngettext("%(count)d grade is sent again.", "%(count)d grades are sent again.", count) % {"count": count}
    messages.success(request, told) if count else messages.info(request, _("There is nothing to send."))
    return redirect("lti_scores", slug=slug)


@require_POST
def read_results(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare with what the platform has."""
    seat = find_seat(request.user, slug, Act.TEACH)
    if not results.ask(seat.course):
        messages.info(request, _("There is nothing to compare yet."))
    return redirect("lti_scores", slug=slug)


@require_POST
def sync_roster(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the platform's list of members now."""
    seat = find_seat(request.user, slug, Act.ENROL)
    count = rosters.ask(seat.course)
    record(request, seat.course, "lti.roster", count=count)
    if not count:
        messages.info(request, _("The platform does not offer its list of members to Gradus."))
    return redirect("lti_scores", slug=slug)
