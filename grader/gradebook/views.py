"""The gradebook, its files, one's own grades, and putting one of them right."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grader.courses.audit import record, record_reading
from grader.courses.models import Course, Override
from grader.courses.permissions import Act, Seat, find_seat
from grader.courses.standing import standings
from grader.gradebook.book import Book, build_book
from grader.gradebook.cells import Marks, show_cells
from grader.gradebook.exports import FORMATS
from grader.gradebook.forms import OverrideForm, WithdrawForm
from grader.gradebook.grades import GradePage, build_grade, build_grades
from grader.templatetags.gradus import in_points
from grader.templatetags.gradus import points as show_points


def read_book(seat: Seat, asked: QueryDict) -> Book:
    return build_book(seat.course, asked.get("section", ""), asked.get("sort", "name"), asked.get("dir", ""))


@dataclass(frozen=True)
class Head:
    """A column's head. `sort`: of aria-sort, empty where the lines are not sorted by it; `url` sorts by it, or turns."""

    title: str
    url: str
    sort: str
    section: str = ""
    worth: str = ""
    is_open: bool = True


def build_head(book: Book, by: str, title: str, first_down: bool = True, **more: Any) -> Head:
    """Points begin with the highest, names with A."""
    is_sorted = book.order.by == by
    down = not book.order.is_down if is_sorted else first_down
    address = QueryDict(mutable=True)
    address.update({"sort": by, "dir": "desc" if down else "asc"})
    if book.section is not None:
        address["section"] = str(book.section)
    sort = ("descending" if book.order.is_down else "ascending") if is_sorted else ""
    return Head(title, f"?{address.urlencode()}", sort, **more)


def show_worth(max_points: float, weight: float) -> str:
    """10 points; and the weight, where it is not 1."""
    text = in_points(max_points)
    return text if weight == 1 else f"{text} · × {show_points(weight)}"


@require_safe
@never_cache
def gradebook(request: HttpRequest, slug: str) -> HttpResponse:
    """Students × assignments."""
    seat = find_seat(request.user, slug, Act.TEACH)
    record_reading(request, seat.course, "grades.view")
    book, marks, now = read_book(seat, request.GET), Marks(), timezone.now()
    context = {
        "seat": seat,
        "book": book,
        "lines": [(line, show_cells(line, marks, now)) for line in book.lines],
        "legend": marks.legend,
        "by_name": build_head(book, "name", _("Student"), first_down=False),
        "by_total": build_head(book, "total", _("Total")),
        "heads": [
            build_head(
                book,
                str(column.pk),
                column.title,
                section=column.section,
                worth=show_worth(column.max_points, column.weight),
                is_open=column.is_open,
            )
            for column in book.columns
        ],
    }
    return render(request, "gradebook/gradebook.html", context)


@require_POST
@never_cache
@transaction.atomic
def gradebook_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The gradebook as a file; only the section that was chosen."""
    seat = find_seat(request.user, slug, Act.GRADE)
    name = request.POST.get("format", "")
    if name not in FORMATS:
        raise Http404("no such format")
    book = read_book(seat, request.POST)
    response = HttpResponse(FORMATS[name](book), content_type="text/csv; charset=utf-8")
    kind = "" if name == "csv" else f"-{name}"
    response["Content-Disposition"] = f'attachment; filename="{slug}-grades{kind}.csv"'
    record(request, seat.course, "grades.export", format=name, students=len(book.lines), section=book.section)
    return response


@require_safe
@never_cache
def grade_cell(request: HttpRequest, slug: str, user: int, assignment: int) -> HttpResponse:
    """From a cell to what counts there: the submission, or the grade's own page where there is none."""
    seat = find_seat(request.user, slug, Act.TEACH)
    student = find_member(seat.course, user)
    standing = standings(seat.course, user=student.pk, assignment=assignment).get((student.pk, assignment))
    if standing is None:
        raise Http404("no such assignment")
    if standing.submission:
        return redirect("submission", pk=standing.submission)
    return redirect("grade", slug=slug, user=user, assignment=assignment)


def find_member(course: Course, pk: int) -> Any:
    """Somebody who takes part in the course. Raises Http404."""
    user = get_user_model().objects.filter(pk=pk, enrollments__course=course).first()
    if user is None:
        raise Http404("nobody of this course")
    return user


@require_safe
@never_cache
def grades(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own grades; for teachers, those of `?student=`."""
    seat = find_seat(request.user, slug, Act.READ)
    if not seat.teaches:
        page = build_grades(seat.course, request.user, is_own=True)
        return render(request, "gradebook/grades.html", {"seat": seat, "page": page})
    asked = request.GET.get("student", "")
    if not asked:
        return redirect("gradebook", slug=slug)
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404("nobody of this course")
    page = build_grades(seat.course, find_member(seat.course, int(asked)), is_own=False)
    return render(request, "gradebook/grades.html", {"seat": seat, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def grade(request: HttpRequest, slug: str, user: int, assignment: int) -> HttpResponse:
    """One grade: where it comes from, what was put right by hand, and the forms for that."""
    act = Act.GRADE if request.method == "POST" else Act.TEACH
    seat = find_seat(request.user, slug, act)
    student = find_member(seat.course, user)
    page = build_grade(seat.course, student, assignment)
    if page is None:
        raise Http404("no such assignment")
    data = request.POST if request.method == "POST" else None
    withdrawing = bool(data) and "withdraw" in request.POST
    form = OverrideForm(None if withdrawing else data, max_points=page.line.max_points, points=page.line.points)
    withdrawal = WithdrawForm(data if withdrawing else None, prefix="withdraw", label_suffix="")
    filled = withdrawal if withdrawing else form
    if filled.is_valid():
        points = None if withdrawing else form.cleaned_data["points"]
        if not withdrawing or page.is_overridden:
            put_right(request, seat, page, points, filled.cleaned_data["reason"])
        return redirect_back(request, seat, page)
    context = {"seat": seat, "page": page, "form": form, "withdrawal": withdrawal}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if data is not None else HTTPStatus.OK
    return render(request, "gradebook/grade.html", context, status=status)


def put_right(request: HttpRequest, seat: Seat, page: GradePage, points: float | None, reason: str) -> None:
    """A new row; what stood before stays."""
    with transaction.atomic():
        Override.objects.create(
            assignment_id=page.assignment, user_id=page.user, points=points, reason=reason, set_by_id=request.user.pk
        )
        action = "grade.override" if points is not None else "grade.withdraw"
        before = page.line.points
        told = {"user": page.user, "assignment": page.assignment, "points": points, "before": before, "reason": reason}
        record(request, seat.course, action, **told)
    messages.success(request, _("Saved. The student sees the points and the reason.") if points is not None else _("Withdrawn: what was handed in counts again."))  # fmt: skip


def redirect_back(request: HttpRequest, seat: Seat, page: GradePage) -> HttpResponse:
    """To the submission whose page the form stood on, or to the grade's own."""
    try:
        return redirect("submission", pk=UUID(request.POST.get("submission", "")))
    except ValueError:
        return redirect("grade", slug=seat.course.slug, user=page.user, assignment=page.assignment)
