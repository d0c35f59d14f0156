"""The pages of courses themselves: list, new, start page, settings, copy, archive, and joining one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grader.courses.audit import record
from grader.courses.forms import CopyForm, CourseForm, EditForm
from grader.courses.members import join as take_part
from grader.courses.models import Course, Enrollment, Role, default_time_zone
from grader.courses.pages import build_course, build_courses, name_of
from grader.courses.permissions import Act, find_seat, may_create
from grader.courses.setting import copy_course


def form_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Shows itself and takes itself; what a POST changes, and what the audit says of it, is there in whole or not at all."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **options)
        with transaction.atomic():
            return view(request, *args, **options)

    return require_http_methods(["GET", "HEAD", "POST"])(once)


def post_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same without a page."""
    return require_POST(transaction.atomic(view))


def invalid(request: HttpRequest) -> int:
    """422 for a form that came back with messages in it."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def join_url(request: HttpRequest, course: Course) -> str:
    return request.build_absolute_uri(reverse("join", args=[course.join_code])) if course.join_code else ""


@require_safe
@never_cache
def courses(request: HttpRequest) -> HttpResponse:
    """The courses in which one takes part."""
    page = build_courses(request.user, may_create(request.user))
    return render(request, "courses/courses.html", {"page": page})


@form_view
@never_cache
def course_new(request: HttpRequest) -> HttpResponse:
    """Make a course; who makes it becomes its instructor."""
    if not may_create(request.user):
        raise Http404("may not make courses")
    initial = {"time_zone": default_time_zone(), "language": get_language()}
    form = CourseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                course = Course.objects.create(**form.cleaned_data)
                Enrollment.objects.create(user=request.user, course=course, role=Role.INSTRUCTOR)
        except IntegrityError:
            form.add_error("slug", _("This name has just been taken. Choose another one."))
        else:
            record(request, course, "course.create", title=course.title)
            return redirect("course", slug=course.slug)
    return render(request, "courses/course_new.html", {"form": form}, status=invalid(request))


@require_safe
@never_cache
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """For teachers the course at a glance; for students what is set, by which rules, and how they stand."""
    seat = find_seat(request.user, slug, Act.READ)
    page = build_course(request.user, seat, join_url(request, seat.course) if seat.may_enrol else "")
    return render(request, "courses/course.html", {"page": page, "seat": seat})


@form_view
@never_cache
def course_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, time zone and language; and the ways to copying and archiving."""
    seat = find_seat(request.user, slug, Act.EDIT)
    kept = {name: getattr(seat.course, name) for name in ("title", "time_zone", "language")}
    form = EditForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        Course.objects.filter(pk=seat.course.pk).update(**form.cleaned_data)
        record(request, seat.course, "course.edit", **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("course_edit", slug=slug)
    context = {"form": form, "seat": seat, "may_create": may_create(request.user)}
    return render(request, "courses/course_edit.html", context, status=invalid(request))


@form_view
@never_cache
def course_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A new course with the same assignments and rules, and nobody in it but who copies."""
    seat = find_seat(request.user, slug, Act.EDIT)
    if not may_create(request.user):
        raise Http404("may not make courses")
    form = CopyForm(request.POST or None, initial={"title": seat.course.title, "shift_days": 0})
    if request.method == "POST" and form.is_valid():
        try:
            copy = copy_course(seat.course, instructor=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("slug", _("This name has just been taken. Choose another one."))
        except OverflowError:
            form.add_error("shift_days", _("This moves a date out of the calendar."))
        else:
            record(request, copy, "course.copy", source=slug, shift_days=form.cleaned_data["shift_days"])
            messages.success(request, _("Copied. Nobody is in the new course yet but you."))
            return redirect("course", slug=copy.slug)
    return render(request, "courses/course_copy.html", {"form": form, "seat": seat}, status=invalid(request))


@form_view
@never_cache
def course_archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; then archive, or bring back what is archived."""
    seat = find_seat(request.user, slug, Act.EDIT)
    if request.method == "POST":
        if seat.course.archived_at:
            seat.course.bring_back()
            record(request, seat.course, "course.bring_back")
            messages.success(request, _("The course is back."))
        else:
            seat.course.archive()
            record(request, seat.course, "course.archive")
            messages.success(request, _("The course is archived."))
        return redirect("course", slug=slug)
    return render(request, "courses/course_archive.html", {"seat": seat})


@form_view
@never_cache
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Show which course the code opens; taking part needs a confirmation, so that a link alone enrols nobody."""
    found = Course.objects.joinable(code).first()
    if found is None:
        raise Http404("no course has this code")
    enrolled = Enrollment.objects.filter(user=request.user.pk, course=found).exists()
    if request.method == "POST" and not enrolled:
        take_part(request.user, found)
        record(request, found, "member.join", user=request.user.pk)
        messages.success(request, _("Welcome to the course."))
    if request.method == "POST" or enrolled:
        return redirect("course", slug=found.slug)
    teachers = found.enrollments.filter(role=Role.INSTRUCTOR).select_related("user")
    names = [name_of(member.user) for member in teachers]
    return render(request, "courses/join.html", {"course": found, "teachers": names})
