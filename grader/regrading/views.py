"""Starting a regrade, watching it, and deciding on it."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.courses.audit import record
from grader.courses.models import Course
from grader.courses.pages import set_exercises, title_of
from grader.courses.permissions import Act, find_seat
from grader.courses.views import form_view, post_view
from grader.regrading import engine, pages
from grader.regrading.models import Regrade, State


class StartForm(forms.Form):
    """What to grade again, and why. `submission`: only this one."""

    assignment = forms.TypedChoiceField(label=gettext_lazy("Exercise"), coerce=int)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Kept with the regrade, for whoever asks later."),
    )

    def __init__(self, data: object, course: Course, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        rows = set_exercises(course).filter(exercise__current__isnull=False)
        self.assignments = {row.pk: row for row in rows}
        self.fields["assignment"].choices = [  # type: ignore[attr-defined]
            (row.pk, title_of(row.exercise)) for row in self.assignments.values()
        ]


def find_regrade(course: Course, pk: int) -> Regrade:
    """Raises Http404."""
    rows = course.regrades.select_related("version__exercise", "created_by", "decided_by", "course")
    row = rows.defer("version__files", "version__variants").filter(pk=pk).first()
    if row is None:
        raise Http404("no such regrade in this course")
    return row


@require_safe
@never_cache
def regrades(request: HttpRequest, slug: str) -> HttpResponse:
    seat = find_seat(request.user, slug, Act.TEACH)
    return render(request, "regrading/regrades.html", {"seat": seat, "lines": pages.list_regrades(seat.course)})


@form_view
@never_cache
def regrade_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose an assignment, or one submission of it, and begin."""
    seat = find_seat(request.user, slug, Act.SET)
    initial = {name: request.GET.get(name) for name in ("assignment", "submission")}
    form = StartForm(request.POST if request.method == "POST" else None, seat.course, initial)
    if form.is_valid():
        assignment = form.assignments[form.cleaned_data["assignment"]]
        chosen = engine.choose(seat.course, assignment, form.cleaned_data["submission"])
        if chosen.exists():
            regrade = engine.start(seat.course, assignment.exercise, chosen, request.user, form.cleaned_data["reason"])
            record(request, seat.course, "regrade.start", regrade=regrade.pk, exercise=assignment.exercise.slug)
            return redirect("regrade", slug=slug, pk=regrade.pk)
        form.add_error(None, _("Nobody has handed anything in here yet: there is nothing to grade again."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "regrading/regrade_new.html", {"seat": seat, "form": form}, status=status)


@require_safe
@never_cache
def regrade(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far it is; then who gains, who loses, by how much and why. For htmx the changing part alone."""
    seat = find_seat(request.user, slug, Act.TEACH)
    only_changed = request.GET.get("all") != "1"
    page = pages.build_page(find_regrade(seat.course, pk), request.GET.get("page"), only_changed)
    template = "regrading/_regrade.html" if request.htmx else "regrading/regrade.html"  # type: ignore[attr-defined]
    return render(request, template, {"seat": seat, "page": page})


DECISIONS = {"apply": State.APPLYING, "discard": State.DISCARDED}


@post_view
def regrade_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Apply it, discard it, or try again what could not be graded."""
    seat = find_seat(request.user, slug, Act.SET)
    row, decision = find_regrade(seat.course, pk), request.POST.get("decision", "")
    if decision == "again":
        done = engine.try_failed_again(row)
    elif decision in DECISIONS:
        done = engine.decide(row, request.user, DECISIONS[decision])
    else:
        raise Http404("no such decision")
    if done:
        record(request, seat.course, f"regrade.{decision}", regrade=pk)
    else:
        messages.error(request, _("Somebody has decided on this regrade already."))
    return redirect("regrade", slug=slug, pk=pk)
