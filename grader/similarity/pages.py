"""The pages of similarity as templates need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils.safestring import SafeString

from grader.courses.models import Assignment, Course, Role
from grader.courses.pages import name_of
from grader.similarity.winnowing import alike_lines, find_pairs
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.texts import highlight_line


@dataclass(frozen=True)
class PairLine:
    """Two students' last submissions. `percent`: of the smaller file's telling passages."""

    first: str
    second: str
    percent: int
    shared: int
    url: str


@dataclass(frozen=True)
class SourceLine:
    number: int
    code: SafeString
    alike: bool


@dataclass(frozen=True)
class SideView:
    """One of the two files."""

    student: str
    attempt: int
    sent_at: datetime
    url: str
    lines: list[SourceLine]


def find_alike(course: Course, assignment: Assignment) -> list[PairLine]:
    """Pairs among the last submissions of the course's students, the most alike first."""
    rows = {row.pk: row for row in last_submissions(course, assignment)}
    pairs = find_pairs({pk: bytes(row.source) for pk, row in rows.items()}, known_files(assignment))
    lines = []
    for pair in pairs:
        one, other = sorted((rows[pair.first], rows[pair.second]), key=lambda row: row.created_at)  # type: ignore[index]
        url = reverse("similar_pair", args=[course.slug, assignment.pk, one.pk, other.pk])
        lines.append(PairLine(name_of(one.user), name_of(other.user), round(100 * pair.share), pair.shared, url))
    return lines


def last_submissions(course: Course, assignment: Assignment) -> list[Submission]:
    students = course.enrollments.filter(role=Role.STUDENT).values("user")
    handed_in = Submission.objects.filter(
        exercise=assignment.exercise_id, purpose=Purpose.SUBMIT, status=Status.GRADED, user__in=students
    )
    last = handed_in.order_by().values("user").annotate(last=Max("attempt")).values_list("user", "last")
    wanted = set(last)
    rows = handed_in.select_related("user").defer("result", "user__password").order_by("created_at")
    return [row for row in rows.filter(attempt__in={n for _, n in wanted}) if (row.user_id, row.attempt) in wanted]


def known_files(assignment: Assignment) -> list[bytes]:
    """What everybody was given."""
    version = assignment.exercise.current
    assert version is not None
    files = version.load().files
    return [files[name].encode() for name in ("starter.py",) if name in files]


def find_pair(course: Course, assignment: Assignment, keys: tuple[UUID, UUID]) -> tuple[Submission, Submission] | None:
    """Both, when they are the course's students' work at this assignment."""
    students = course.enrollments.filter(role=Role.STUDENT).values("user")
    rows = Submission.objects.filter(exercise=assignment.exercise_id, user__in=students, pk__in=keys)
    found = {row.pk: row for row in rows.select_related("user")}
    return (found[keys[0]], found[keys[1]]) if len(found) == 2 else None


def show_sides(first: Submission, second: Submission, assignment: Assignment) -> list[SideView]:
    known = known_files(assignment)
    return [show_side(first, second, known), show_side(second, first, known)]


def show_side(submission: Submission, other: Submission, known: list[bytes]) -> SideView:
    alike = alike_lines(bytes(submission.source), bytes(other.source), known)
    lines = submission.text.split("\n")
    return SideView(
        student=name_of(submission.user),
        attempt=submission.attempt,
        sent_at=submission.created_at,
        url=reverse("submission", args=[submission.pk]),
        lines=[SourceLine(number, highlight_line(line), number in alike) for number, line in enumerate(lines, 1)],
    )
