"""Everybody's submissions in a course: filtered, the newest first, page by page; a constant number of queries.

A page begins where the one before ended, by time and id: no counting, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import NullIf
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grader.courses import rules as arithmetic
from grader.courses.models import Assignment, Course, Enrollment, Extension, Role
from grader.courses.pages import name_of, set_exercises, title_of
from grader.gradebook.models import Comment, Flag
from grader.submissions.ideas import read_ideas
from grader.submissions.models import PENDING, Purpose, Status, Submission
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text

PER_PAGE = 50
STATES = {
    "passed": (_("passed"), Q(status=Status.GRADED, passed=True)),
    "failed": (_("not passed"), Q(status=Status.GRADED, passed=False)),
    "errored": (_("not graded"), Q(status=Status.ERRORED)),
    "pending": (_("waiting"), Q(status__in=PENDING)),
}


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it; what makes no sense is as if it were not there."""

    assignment: int | None = None
    student: int | None = None
    section: int | None = None
    state: str = ""
    late: bool = False
    flagged: bool = False
    misconception: str = ""
    query: str = ""
    before: tuple[datetime, UUID] | None = None

    @property
    def is_filtered(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__ if name != "before")


def read_asked(data: QueryDict) -> Asked:
    state = data.get("state", "")
    return Asked(
        assignment=read_number(data.get("assignment", "")),
        student=read_number(data.get("student", "")),
        section=read_number(data.get("section", "")),
        state=state if state in STATES else "",
        late=data.get("late") == "1",
        flagged=data.get("flagged") == "1",
        misconception=data.get("misconception", "").replace("\0", "")[:100],
        query=data.get("q", "").replace("\0", " ")[:200].strip(),
        before=read_place(data.get("before", "")),
    )


def read_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def read_place(text: str) -> tuple[datetime, UUID] | None:
    moment, _separator, pk = text.partition("_")
    try:
        at, key = datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        return None
    return (at, key) if at.tzinfo is not None else None


@dataclass(frozen=True)
class WorkLine:
    """One submission in the list."""

    url: str
    student: str
    student_url: str
    title: str
    attempt: int
    created_at: datetime
    status: str
    passed: bool
    score: float | None
    max_score: float | None
    days_late: int
    is_flagged: bool
    comments: int
    misconception: str


@dataclass
class WorkPage:
    asked: Asked
    lines: list[WorkLine]
    assignments: list[tuple[int, str]]
    sections: list[tuple[int, str]]
    misconceptions: list[tuple[str, str]] = field(default_factory=list)
    student: str = ""
    older: str = ""

    @property
    def states(self) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _q) in STATES.items()]


def build_work(course: Course, asked: Asked) -> WorkPage:
    assignments = {row.pk: row for row in set_exercises(course)}
    rows = find_work(course, asked, assignments)
    rows = rows.select_related("user", "version").annotate(
        flagged=Exists(Flag.objects.filter(submission=OuterRef("pk"))),
        idea=NullIf(
            KeyTextTransform("misconception", "result"), Value("null", TextField())
        ),  # SQLite makes text of JSON's null
    )
    rows = rows.defer("source", "result", "answers", "variant", "version__files", "version__variants", "version__meta")
    found = list(rows.order_by("-created_at", "-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    extensions = {
        (row.user_id, row.assignment_id): row
        for row in Extension.objects.filter(assignment__course=course, user__in={row.user_id for row in shown})
    }
    counts = count_comments(shown)
    ideas = read_ideas(row.version.content_hash for row in shown if row.idea)
    chosen = assignments.get(asked.assignment) if asked.assignment else None
    student = get_user_model().objects.filter(pk=asked.student, enrollments__course=course).first()
    return WorkPage(
        asked=asked,
        lines=[show_work(course, row, assignments, extensions, counts, ideas) for row in shown],
        assignments=[(pk, title_of(row.exercise)) for pk, row in assignments.items()],
        sections=list(course.sections.values_list("pk", "name")),
        misconceptions=list_misconceptions(chosen),
        student=name_of(student) if student else "",
        older=f"{shown[-1].created_at.isoformat()}_{shown[-1].pk}" if len(found) > PER_PAGE else "",
    )


def find_work(course: Course, asked: Asked, assignments: dict[int, Assignment]) -> QuerySet[Submission]:
    """Of students only: whoever teaches tries things out."""
    members = Enrollment.objects.filter(course=course, role=Role.STUDENT)
    if asked.section is not None:
        members = members.filter(section=asked.section)
    rows = Submission.objects.filter(purpose=Purpose.SUBMIT, user__in=members.values("user"))
    chosen = [asked.assignment] if asked.assignment in assignments else list(assignments)
    rows = rows.filter(assignment__in=chosen)
    if asked.student is not None:
        rows = rows.filter(user=asked.student)
    for word in asked.query.split()[:5]:
        named = ("username", "first_name", "last_name", "email")
        people = get_user_model().objects.filter(
            *[Q(*[(f"{name}__icontains", word) for name in named], _connector=Q.OR)]
        )
        rows = rows.filter(user__in=people.values("pk"))
    if asked.state:
        rows = rows.filter(STATES[asked.state][1])
    if asked.flagged:
        rows = rows.filter(Exists(Flag.objects.filter(submission=OuterRef("pk"))))
    if asked.misconception:
        rows = rows.filter(result__misconception=asked.misconception)
    if asked.late:
        rows = rows.filter(late_ones(assignments))
    if asked.before:
        at, pk = asked.before
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    return rows


def late_ones(assignments: dict[int, Assignment]) -> Q:
    """After the due date and the grace, where no extension reaches so far. One condition for each length of grace."""
    late = Q(pk__in=[])
    for minutes in {row.grace_minutes for row in assignments.values()}:
        grace = timedelta(minutes=minutes)
        graced = [pk for pk, row in assignments.items() if row.grace_minutes == minutes]
        extended = Extension.objects.filter(
            user=OuterRef("user"), assignment=OuterRef("assignment"), due_at__gte=OuterRef("created_at") - grace
        )
        late |= Q(assignment__in=graced, assignment__due_at__lt=F("created_at") - grace) & ~Exists(extended)
    return late


def count_comments(shown: list[Submission]) -> dict[UUID, int]:
    rows = Comment.objects.filter(submission__in=[row.pk for row in shown])
    return dict(rows.values_list("submission").annotate(Count("pk")).order_by())


def list_misconceptions(assignment: Assignment | None) -> list[tuple[str, str]]:
    """Those of the chosen exercise by title."""
    if assignment is None or assignment.exercise.current is None:
        return []
    known = read_ideas([assignment.exercise.current.content_hash])
    ideas = known.get(assignment.exercise.current.content_hash, {})
    return [(name, show_text(idea.title.get(current_locale()))) for name, idea in ideas.items()]


def show_work(course: Course, row: Any, assignments: Any, extensions: Any, counts: Any, ideas: Any) -> WorkLine:
    assignment = assignments[row.assignment_id]
    rules = arithmetic.effective(assignment, extensions.get((row.user_id, row.assignment_id)))
    idea = ideas.get(row.version.content_hash, {}).get(row.idea) if row.idea else None
    return WorkLine(
        url=reverse("submission", args=[row.pk]),
        student=name_of(row.user),
        student_url=f"{reverse('grades', args=[course.slug])}?student={row.user_id}",
        title=title_of(assignment.exercise),
        attempt=row.attempt,
        created_at=row.created_at,
        status=row.status,
        passed=bool(row.passed),
        score=row.score,
        max_score=row.max_score,
        days_late=arithmetic.days_late(rules, row.created_at),
        is_flagged=row.flagged,
        comments=counts.get(row.pk, 0),
        misconception=show_text(idea.title.get(current_locale()))
        if idea
        else gettext("a known mistake")
        if row.idea
        else "",
    )
