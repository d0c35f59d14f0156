"""The pages of courses as templates need them; a constant number of queries each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from exercises.models import Exercise
from grader import names
from grader.courses import rules as arithmetic
from grader.courses.explain import explain, state_now, when, zone_name
from grader.courses.models import Assignment, Course, Enrollment, Extension, Role
from grader.courses.permissions import Seat
from grader.courses.standing import Standing, standings

PER_PAGE = 100


def locale() -> str:
    return get_language() or "en"


@dataclass(frozen=True)
class CourseLine:
    """A course in the list of courses. `role`: one of Role, or empty for staff who take no part."""

    title: str
    url: str
    role: str
    students: int
    assignments: int
    next_due: str
    is_archived: bool
    slug: str
    next_due_at: datetime | None


@dataclass(frozen=True)
class CoursesPage:
    lines: list[CourseLine]
    archived: list[CourseLine]
    may_create: bool


def build_courses(user: Any, may_create: bool) -> CoursesPage:
    """The user's courses; all for staff. Students do not see archived ones."""
    roles = dict(Enrollment.objects.filter(user=user).values_list("course", "role"))
    courses = Course.objects.of(user).annotate(
        next_due=Min("assignments__due_at", filter=Q(assignments__due_at__gt=timezone.now())),
    )
    students = dict(Enrollment.objects.filter(role=Role.STUDENT).values_list("course").annotate(Count("pk")).order_by())
    is_open = Q(opens_at=None) | Q(opens_at__lte=timezone.now())
    per_course = Assignment.objects.values("course").annotate(all=Count("pk"), open=Count("pk", filter=is_open))
    counts = {row["course"]: row for row in per_course.order_by()}
    lines = []
    for course in courses:
        role = roles.get(course.pk, "")
        if course.archived_at and role == Role.STUDENT and not user.is_staff:
            continue
        count = counts.get(course.pk, {"all": 0, "open": 0})
        lines.append(
            CourseLine(
                title=course.title,
                url=reverse("course", args=[course.slug]),
                role=role,
                students=students.get(course.pk, 0),
                assignments=count["open" if role == Role.STUDENT else "all"],
                next_due=when(course.next_due, course) if course.next_due else "",
                is_archived=course.archived_at is not None,
                slug=course.slug,
                next_due_at=course.next_due,
            )
        )
    lines.sort(key=lambda line: line.title.lower())
    return CoursesPage(
        [line for line in lines if not line.is_archived], [line for line in lines if line.is_archived], may_create
    )


@dataclass(frozen=True)
class AssignmentLine:
    """An assignment in a course's tables. Dates are texts on the course's clocks, or moments; `lines`: the rules in words.

    `state`: hidden, open, late, closed. The last fields are a student's own.
    """

    pk: int
    title: str
    section: str
    url: str
    edit_url: str
    position: int
    state: str
    opens: str
    due: str
    closes: str
    due_at: datetime | None
    lines: list[str]
    points: float
    weight: float
    exercise: str
    kind: str
    opens_at: datetime | None
    closes_at: datetime | None
    attempts: int = 0
    attempts_left: int | None = None
    won: float | None = None
    days_late: int = 0
    state_words: str = ""
    is_extended: bool = False


@dataclass
class CoursePage:
    """A course's start page."""

    seat: Seat
    zone: str
    assignments: list[AssignmentLine]
    students: int = 0
    teachers: list[str] = field(default_factory=list)
    join_url: str = ""


def set_exercises(course: Course) -> Any:
    rows = Assignment.objects.filter(course=course).select_related("exercise__current", "course")
    return rows.defer("exercise__current__files", "exercise__current__variants").order_by("position", "pk")


def find_published(course: Course, pk: int) -> Assignment:
    """The assignment, whose exercise's current version can be loaded. Raises Http404."""
    row: Assignment | None = set_exercises(course).filter(pk=pk, exercise__current__isnull=False).first()
    if row is None or row.exercise.current is None:
        raise Http404("no such assignment in this course")
    row.exercise.current.exercise = row.exercise
    return row


def title_of(exercise: Exercise) -> str:
    return exercise.current.title(locale()) if exercise.current else exercise.slug


def state_of(rules: arithmetic.Rules, now: datetime) -> str:
    if rules.opens_at and now < rules.opens_at:
        return "hidden"
    if rules.closes_at and now >= rules.closes_at:
        return "closed"
    return "late" if arithmetic.days_late(rules, now) else "open"


def show_assignment(row: Assignment, standing: Standing | None = None) -> AssignmentLine:
    """One line; with a standing, the rules of that student."""
    course, now = row.course, timezone.now()
    rules = standing.rules if standing else arithmetic.effective(row)
    own: dict[str, Any] = {}
    if standing:
        state = state_now(rules, course, now, standing.attempts, standing.last_submit_at)
        own = {
            "attempts": standing.attempts,
            "attempts_left": standing.attempts_left,
            "won": standing.points,
            "days_late": standing.days_late,
            "state_words": state.get("state", ""),
            "is_extended": rules.is_extended,
        }
    return AssignmentLine(
        pk=row.pk,
        title=title_of(row.exercise),
        section=row.exercise.current.meta["section"] if row.exercise.current else "",
        url=reverse("exercise", args=[row.exercise.slug]),
        edit_url=reverse("assignment", args=[course.slug, row.pk]),
        position=row.position,
        state=state_of(rules, now),
        opens=when(rules.opens_at, course) if rules.opens_at else "",
        due=when(rules.due_at, course) if rules.due_at else "",
        closes=when(rules.closes_at, course) if rules.closes_at else "",
        due_at=rules.due_at,
        lines=explain(rules, course, now),
        points=row.max_points,
        weight=row.weight,
        exercise=row.exercise.slug,
        kind=row.exercise.current.meta["kind"] if row.exercise.current else "",
        opens_at=rules.opens_at,
        closes_at=rules.closes_at,
        **own,
    )


def build_course(user: Any, seat: Seat, join_url: str = "") -> CoursePage:
    """For students what is open, with their own rules; for teachers all of it."""
    course = seat.course
    rows = list(set_exercises(course))
    teachers = course.enrollments.filter(role=Role.INSTRUCTOR).select_related("user")
    page = CoursePage(
        seat=seat,
        zone=zone_name(course),
        assignments=[],
        teachers=[name_of(member.user) for member in teachers],
        join_url=join_url,
    )
    if seat.teaches:
        page.assignments = [show_assignment(row) for row in rows]
        page.students = course.enrollments.filter(role=Role.STUDENT).count()
    else:
        mine = standings(course, user=user.pk)
        now = timezone.now()
        shown = [row for row in rows if row.exercise.current and not (row.opens_at and now < row.opens_at)]
        page.assignments = [show_assignment(row, mine[user.pk, row.pk]) for row in shown]
    return page


def name_of(user: Any) -> str:
    return names.name_of(user)


@dataclass(frozen=True)
class AddChoice:
    """A published exercise that is not set yet."""

    pk: int
    title: str
    section: str
    points: float


def exercises_to_add(course: Course) -> list[AddChoice]:
    published = Exercise.objects.filter(current__isnull=False).exclude(assignments__course=course)
    published = published.select_related("current").defer("current__files", "current__variants")
    choices = [
        AddChoice(row.pk, title_of(row), row.current.meta["section"], row.current.meta["max_score"])
        for row in published
        if row.current
    ]
    return sorted(choices, key=lambda choice: (section_key(choice.section), choice.title))


def section_key(section: str) -> list[int]:
    """Sorts "3.10" behind "3.9"."""
    return [int(part) for part in section.split(".") if part.isdecimal()]


@dataclass(frozen=True)
class MemberLine:
    """One member in the list."""

    pk: int
    name: str
    username: str
    email: str
    role: str
    section: str
    url: str
    is_waiting: bool


@dataclass
class MembersPage:
    seat: Seat
    query: str
    role: str
    section: str
    members: list[MemberLine]
    page: Page[Any]
    counts: dict[str, int]
    sections: list[Any]
    join_url: str = ""


def build_members(seat: Seat, query: str, role: str, section: str, number: str, join_url: str = "") -> MembersPage:
    """The members that match, a hundred a page."""
    members = seat.course.enrollments.select_related("user", "section")
    counts = Counter(dict(seat.course.enrollments.values_list("role").annotate(Count("pk")).order_by()))
    for word in query.replace("\0", " ").split()[:5]:
        members = members.filter(
            Q(user__username__icontains=word)
            | Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
        )
    if role in Role.values:
        members = members.filter(role=role)
    if section.isdecimal() and len(section) < 19:
        members = members.filter(section=int(section))
    pages = Paginator(members.order_by("user__last_name", "user__first_name", "user__username"), PER_PAGE)
    page = pages.get_page(number)
    return MembersPage(
        seat=seat,
        query=query,
        role=role,
        section=section,
        members=[show_member(seat.course, member) for member in page],
        page=page,
        counts={value: counts[value] for value in Role.values},
        sections=list(seat.course.sections.annotate(size=Count("members"))),
        join_url=join_url,
    )


def show_member(course: Course, member: Enrollment) -> MemberLine:
    user = member.user
    return MemberLine(
        pk=member.pk,
        name=names.full_name(user),
        username=user.get_username(),
        email=user.email,
        role=member.role,
        section=member.section.name if member.section else "",
        url=reverse("course_member", args=[course.slug, member.pk]),
        is_waiting=member.invited and user.last_login is None,
    )


@dataclass(frozen=True)
class ExtensionLine:
    """An extension in the list."""

    pk: int
    student: str
    title: str
    due: str
    closes: str
    extra_attempts: int
    reason: str
    set_by: str
    set_at: str
    url: str


def list_extensions(course: Course) -> list[ExtensionLine]:
    rows = Extension.objects.filter(assignment__course=course)
    rows = rows.select_related("user", "set_by", "assignment__exercise__current")
    rows = rows.defer("assignment__exercise__current__files", "assignment__exercise__current__variants")
    return [show_extension(row, course) for row in rows]


def show_extension(row: Extension, course: Course) -> ExtensionLine:
    return ExtensionLine(
        pk=row.pk,
        student=name_of(row.user),
        title=title_of(row.assignment.exercise),
        due=when(row.due_at, course) if row.due_at else "",
        closes=when(row.closes_at, course) if row.closes_at else "",
        extra_attempts=row.extra_attempts,
        reason=row.reason,
        set_by=name_of(row.set_by) if row.set_by else "–",
        set_at=when(row.set_at, course),
        url=reverse("extension", args=[course.slug, row.pk]),
    )


def student_choices(course: Course) -> list[tuple[int, str]]:
    """Students by name, for a form."""
    members = course.enrollments.filter(role=Role.STUDENT).select_related("user")
    return sorted(
        ((member.user_id, f"{name_of(member.user)} ({member.user.get_username()})") for member in members),
        key=lambda choice: choice[1].lower(),
    )


def assignment_choices(course: Course) -> list[tuple[int, str]]:
    return [(row.pk, title_of(row.exercise)) for row in set_exercises(course)]


def list_extensions_of(member: Enrollment) -> list[ExtensionLine]:
    """One member's extensions in the course."""
    rows = Extension.objects.filter(assignment__course=member.course_id, user=member.user_id)
    rows = rows.select_related("user", "set_by", "assignment__exercise__current")
    rows = rows.defer("assignment__exercise__current__files", "assignment__exercise__current__variants")
    return [show_extension(row, member.course) for row in rows]
