"""The pages of what is set in a course: the table, adding, rules of one and of many, extensions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.courses import facts, pages, setting
from grader.courses.audit import record
from grader.courses.explain import zone_name
from grader.courses.forms import AddForm, AssignmentForm, ExtensionForm, ManyForm, RulesForm
from grader.courses.models import Assignment, Extension
from grader.courses.permissions import Act, Seat, find_seat
from grader.courses.views import form_view, invalid, post_view


@require_safe
@never_cache
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is set, with its rules; instructors order and change it from here."""
    seat = find_seat(request.user, slug, Act.TEACH)
    return show_assignments(request, seat)


def show_assignments(request: HttpRequest, seat: Seat, form: ManyForm | None = None) -> HttpResponse:
    lines = [pages.show_assignment(row) for row in pages.set_exercises(seat.course)]
    picked: set[int] = set()
    if form is None:
        form = ManyForm(course=seat.course, choices=[])
    else:
        picked = {int(pk) for pk in request.POST.getlist("assignments") if pk.isdecimal()}
    context = {"seat": seat, "lines": lines, "form": form, "picked": picked, "zone": zone_name(seat.course)}
    return render(request, "courses/assignments.html", context, status=invalid(request))


@post_view
def assignments_order(request: HttpRequest, slug: str) -> HttpResponse:
    """Renumber by the positions that were written into the table."""
    seat = find_seat(request.user, slug, Act.SET)
    wanted = {}
    for pk in seat.course.assignments.values_list("pk", flat=True):
        text = request.POST.get(f"position-{pk}", "")
        if text.isdecimal() and len(text) < 7:
            wanted[pk] = int(text)
    setting.order_assignments(seat.course, wanted)
    record(request, seat.course, "assignments.order", positions=wanted)
    return redirect("assignments", slug=slug)


@post_view
def assignments_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The same rules for all that are ticked."""
    seat = find_seat(request.user, slug, Act.SET)
    rows = {row.pk: row for row in seat.course.assignments.all()}
    form = ManyForm(request.POST, course=seat.course, choices=list(rows))
    if not form.is_valid():
        return show_assignments(request, seat, form)
    names = form.chosen_names()
    changed = [form.put_into(rows[pk], names) for pk in form.cleaned_data["assignments"]]
    setting.save_rules(changed, names)
    record(request, seat.course, "assignments.rules", assignments=[row.pk for row in changed], **told(form, names))
    messages.success(request, _("Saved."))
    return redirect("assignments", slug=slug)


def told(form: RulesForm, names: tuple[str, ...]) -> dict[str, Any]:
    """What was set, for the record."""
    return {name: str(form.cleaned_data[name]) for name in names}


@form_view
@never_cache
def assignments_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Set several exercises at once."""
    seat = find_seat(request.user, slug, Act.SET)
    choices = pages.exercises_to_add(seat.course)
    form = AddForm(request.POST or None, course=seat.course, choices=[(choice.pk, choice.title) for choice in choices])
    if request.method == "POST" and form.is_valid():
        ticked = set(form.cleaned_data["exercises"])
        new = [
            form.put_into(Assignment(course=seat.course, exercise_id=choice.pk))
            for choice in choices
            if choice.pk in ticked
        ]
        setting.add_assignments(seat.course, new)
        record(request, seat.course, "assignments.add", exercises=sorted(ticked))
        return redirect("assignments", slug=slug)
    picked = {int(pk) for pk in request.POST.getlist("exercises") if pk.isdecimal()}
    context = {"seat": seat, "form": form, "choices": choices, "picked": picked, "zone": zone_name(seat.course)}
    return render(request, "courses/assignments_add.html", context, status=invalid(request))


def find_assignment(seat: Seat, pk: int) -> Assignment:
    """Raises Http404."""
    row = pages.set_exercises(seat.course).filter(pk=pk).first()
    if row is None:
        raise Http404("no such assignment")
    found: Assignment = row
    return found


@form_view
@never_cache
def assignment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rules of one assignment, and what students read of them."""
    seat = find_seat(request.user, slug, Act.SET)
    row = find_assignment(seat, pk)
    form = AssignmentForm(request.POST or None, course=seat.course, assignment=row)
    if request.method == "POST" and form.is_valid():
        names = (*form.WORTH, *form.DATES, *form.LATE, *form.ATTEMPTS)
        form.put_into(row, names).save(update_fields=names)
        record(request, seat.course, "assignment.rules", assignment=pk, **told(form, names))
        messages.success(request, _("Saved."))
        return redirect("assignment", slug=slug, pk=pk)
    context = {
        "seat": seat,
        "form": form,
        "line": pages.show_assignment(find_assignment(seat, pk)),
        "zone": zone_name(seat.course),
        "max_score": row.exercise.current.meta["max_score"] if row.exercise.current else None,
    }
    return render(request, "courses/assignment.html", context, status=invalid(request))


@form_view
@never_cache
def assignment_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask first; then take the exercise out of the course."""
    seat = find_seat(request.user, slug, Act.SET)
    row = find_assignment(seat, pk)
    if request.method == "POST":
        title = pages.title_of(row.exercise)
        row.delete()
        record(request, seat.course, "assignment.remove", assignment=pk, exercise=row.exercise.slug)
        messages.success(request, _("“%(title)s” is no longer set in this course.") % {"title": title})
        return redirect("assignments", slug=slug)
    count = facts.submissions().filter(assignment=row).count()
    context = {"seat": seat, "line": pages.show_assignment(row), "count": count}
    return render(request, "courses/assignment_remove.html", context)


@require_safe
@never_cache
def extensions(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has more time or more attempts."""
    seat = find_seat(request.user, slug, Act.TEACH)
    lines = pages.list_extensions(seat.course)
    return render(request, "courses/extensions.html", {"seat": seat, "lines": lines, "zone": zone_name(seat.course)})


@form_view
@never_cache
def extension_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Give one student more time or attempts at one assignment."""
    seat = find_seat(request.user, slug, Act.EXTEND)
    choices = {"students": pages.student_choices(seat.course), "assignments": pages.assignment_choices(seat.course)}
    initial = {name: request.GET[name] for name in ("user", "assignment") if name in request.GET}
    form = ExtensionForm(request.POST or None, course=seat.course, initial=initial, **choices)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = Extension.objects.create(set_by=request.user, set_at=timezone.now(), **ids(form.cleaned_data))
        except IntegrityError:
            form.add_error(None, _("This student has an extension for it already. Change that one."))
        else:
            record(request, seat.course, "extension.set", **extension_told(made))
            return redirect("extensions", slug=slug)
    context = {"seat": seat, "form": form, "zone": zone_name(seat.course)}
    return render(request, "courses/extension.html", context, status=invalid(request))


def ids(values: dict[str, Any]) -> dict[str, Any]:
    """The form's choices are ids, already checked to be of this course."""
    return {f"{name}_id" if name in ("user", "assignment") else name: value for name, value in values.items()}


def extension_told(row: Extension) -> dict[str, Any]:
    names = ("user_id", "assignment_id", "due_at", "closes_at", "extra_attempts", "reason")
    return {name.removesuffix("_id"): str(getattr(row, name)) for name in names}


def find_extension(seat: Seat, pk: int) -> Extension:
    """Raises Http404."""
    rows = Extension.objects.filter(assignment__course=seat.course)
    row = rows.select_related("user", "set_by", "assignment__exercise__current").filter(pk=pk).first()
    if row is None:
        raise Http404("no such extension")
    return row


@form_view
@never_cache
def extension(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change an extension."""
    seat = find_seat(request.user, slug, Act.EXTEND)
    row = find_extension(seat, pk)
    form = ExtensionForm(request.POST or None, course=seat.course, extension=row)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(row, name, value)
        row.set_by, row.set_at = request.user, timezone.now()  # type: ignore[assignment]
        row.save(update_fields=[*form.cleaned_data, "set_by", "set_at"])
        record(request, seat.course, "extension.set", **extension_told(row))
        messages.success(request, _("Saved."))
        return redirect("extensions", slug=slug)
    line = pages.show_extension(row, seat.course)
    context = {"seat": seat, "form": form, "line": line, "zone": zone_name(seat.course)}
    return render(request, "courses/extension.html", context, status=invalid(request))


@post_view
def extension_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an extension back: the assignment's own rules hold again."""
    seat = find_seat(request.user, slug, Act.EXTEND)
    row = find_extension(seat, pk)
    row.delete()
    record(request, seat.course, "extension.remove", **extension_told(row))
    messages.success(request, _("The extension is taken back."))
    return redirect("extensions", slug=slug)
