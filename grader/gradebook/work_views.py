"""Everybody's submissions, and what teachers say to one: comments and a flag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grader.courses.audit import record
from grader.courses.permissions import Act, Seat, find_seat
from grader.gradebook.forms import CommentForm, FlagForm
from grader.gradebook.models import Comment, Flag
from grader.gradebook.work import build_work, read_asked
from grader.submissions.access import find_submission, taught_through
from grader.submissions.models import Submission


@require_safe
@never_cache
def course_submissions(request: HttpRequest, slug: str) -> HttpResponse:
    """What the course's students have handed in, the newest first."""
    seat = find_seat(request.user, slug, Act.TEACH)
    page = build_work(seat.course, read_asked(request.GET))
    return render(request, "gradebook/submissions.html", {"seat": seat, "page": page})


def find_taught(user: Any, pk: UUID) -> tuple[Submission, Seat]:
    """A submission of somebody whom the user teaches. Raises Http404."""
    submission = find_submission(user, pk)
    through = taught_through(user, submission)
    if through is None:
        raise Http404("not taught by this user")
    return submission, through[0]


def back(pk: UUID, place: str = "work") -> HttpResponse:
    return redirect(f"{reverse('submission', args=[pk])}#{place}")


@require_POST
@transaction.atomic
def comment_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say something to one line, or to all of it."""
    submission, seat = find_taught(request.user, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved: a comment has a text of at most 2,000 characters, and a line."))
        return back(pk, "comment")
    line = min(form.cleaned_data["line"] or 0, len(submission.text.splitlines()))
    made = Comment.objects.create(
        submission=submission, author_id=request.user.pk, line=line, text=form.cleaned_data["text"]
    )
    told = {"user": submission.user_id, "submission": str(pk), "comment": made.pk, "line": line}
    record(request, seat.course, "comment.add", **told)
    return back(pk, f"comment-{made.pk}")


@require_POST
@transaction.atomic
def comment_remove(request: HttpRequest, pk: UUID, comment: int) -> HttpResponse:
    """Take it back: one's own; instructors anybody's."""
    submission, seat = find_taught(request.user, pk)
    rows = Comment.objects.filter(submission=submission, pk=comment)
    if not seat.may_grade:
        rows = rows.filter(author_id=request.user.pk)
    row = rows.first()
    if row is None:
        raise Http404("no such comment of this user")
    told = {"user": submission.user_id, "submission": str(pk), "comment": comment, "line": row.line}
    record(request, seat.course, "comment.remove", **told)
    row.delete()
    return back(pk)


@require_POST
@transaction.atomic
def submission_flag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that somebody should look at this; or that somebody has."""
    submission, seat = find_taught(request.user, pk)
    told = {"user": submission.user_id, "submission": str(pk)}
    if "lower" in request.POST:
        if Flag.objects.filter(submission=submission).delete()[0]:
            record(request, seat.course, "flag.lower", **told)
        return back(pk)
    form = FlagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved: a note has at most 300 characters."))
        return back(pk)
    values = {"note": form.cleaned_data["note"], "set_by_id": request.user.pk, "set_at": timezone.now()}
    Flag.objects.update_or_create(submission=submission, defaults=values)
    record(request, seat.course, "flag.raise", **told)
    return back(pk)
