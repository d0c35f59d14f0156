"""How far somebody is: exercises with their own state, by section and by course; a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from exercises import chapter as chapters
from exercises.models import Exercise
from grader.courses.models import Assignment, Enrollment, Extension, Role
from grader.courses.permissions import ways_of
from grader.courses.rules import Rules, effective
from grader.kept_sql import KeptSql
from grader.submissions.models import Draft, Purpose, Status, Submission
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise and how far the student is. `state`: new, started, tried, passed."""

    slug: str
    title: str
    url: str
    kind: str
    tier: int
    section: str
    concepts: tuple[str, ...]
    max_score: float
    state: str
    attempts: int
    best_score: float | None
    last_score: float | None
    due_at: datetime | None


@dataclass
class Tally:
    """Some exercises, and how many of them and of their points have been won."""

    exercises: list[ExerciseLine] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.exercises)

    @property
    def passed(self) -> int:
        return sum(line.state == "passed" for line in self.exercises)

    @property
    def points(self) -> float:
        return sum(line.best_score or 0 for line in self.exercises)

    @property
    def max_points(self) -> float:
        return sum(line.max_score for line in self.exercises)

    @property
    def percent(self) -> int:
        """Points won of all points."""
        return round(100 * self.points / self.max_points) if self.max_points else 0


@dataclass
class SectionView(Tally):
    """A section of the chapter with its exercises. `url`: where to read it."""

    number: str = ""
    title: SafeString = field(default_factory=SafeString)
    url: str = ""


@dataclass
class OwnCourse(Tally):
    """A course as one of its students sees it."""

    title: str = ""
    url: str = ""


own_drafts = KeptSql(lambda user: Draft.objects.filter(user=user).values_list("exercise", flat=True), int)


def list_sections(user: Any, due: dict[int, datetime] | None = None) -> list[SectionView]:
    """What the user may work on, by section, with their own state in each exercise."""
    exercises = visible_exercises(user)
    due = due_dates(user) if due is None else due
    scores, drafts = own_scores(user), set(own_drafts(user.pk))
    sections: dict[str, SectionView] = {}
    for exercise in sorted(exercises, key=place):
        line = show_exercise(exercise, scores.get(exercise.pk, {}), exercise.pk in drafts, due)
        if line.section not in sections:
            sections[line.section] = name_section(line.section)
        sections[line.section].exercises.append(line)
    return list(sections.values())


def name_section(number: str) -> SectionView:
    titles = section_titles(number.partition(".")[0], current_locale())
    title, url = titles.get(number, ("", ""))
    return SectionView(number=number, title=show_text(title), url=url)


@cache
def section_titles(chapter: str, locale: str) -> dict[str, tuple[str, str]]:
    """Title and address of each section of a chapter, by number; nothing where there is no such chapter."""
    manifest = chapters.folder_of(int(chapter)) / chapters.MANIFEST
    if not manifest.is_file():
        return {}
    sections = msgspec.toml.decode(manifest.read_bytes(), type=chapters.Manifest).sections
    page = reverse("chapter", args=[int(chapter)])
    return {section.number: (section.title.get(locale), f"{page}#{section.anchor}") for section in sections}


def published() -> QuerySet[Exercise]:
    found = Exercise.objects.filter(current__isnull=False).select_related("current")
    return found.defer("current__files", "current__variants")


published_for = KeptSql(
    lambda user, now: published().filter(pk__in=Assignment.objects.listed_for(user, now).values("exercise")),
    int, datetime,
)  # fmt: skip


def visible_exercises(user: Any) -> list[Exercise]:
    """All for who teaches, else what is open to them."""
    if ways_of(user).teaches:
        return list(published())
    return published_for(user.pk, timezone.now())


def due_dates(user: Any) -> dict[int, datetime]:
    """The earliest due date of each exercise in the user's courses."""
    mine = Assignment.objects.filter(course__enrollments__user=user, due_at__isnull=False)
    return {row.exercise_id: row.due_at for row in mine.order_by("-due_at")}


def place(exercise: Exercise) -> tuple[list[int], int, str]:
    """Sorts by section number ("3.10" behind "3.9"), then tier."""
    meta = exercise.current.meta
    return [int(part) for part in meta["section"].split(".") if part.isdecimal()], meta["tier"], exercise.slug


SUBMITTED = Q(purpose=Purpose.SUBMIT)
GRADED = SUBMITTED & Q(status=Status.GRADED)
tallies = KeptSql(
    lambda user: (
        Submission.objects.filter(user=user)
        .values("exercise")
        .annotate(
            attempts=Count("pk", filter=SUBMITTED),
            best=Max("score", filter=GRADED),
            passed=Count("pk", filter=GRADED & Q(passed=True)),
            last_attempt=Max("attempt", filter=GRADED),
        )
        .order_by()
    ),
    int,
)
graded_attempts = KeptSql(
    lambda user: Submission.objects.filter(GRADED, user=user).values_list("exercise", "attempt", "score"), int
)


def own_scores(user: Any) -> dict[int, dict[str, Any]]:
    """Per exercise: attempts, best and last score, whether passed, whether anything was run."""
    scores = {row["exercise"]: row for row in tallies(user.pk)}
    for exercise, attempt, score in graded_attempts(user.pk):
        if scores[exercise]["last_attempt"] == attempt:
            scores[exercise]["last"] = score
    return scores


def show_exercise(exercise: Exercise, score: dict[str, Any], has_draft: bool, due: dict[int, datetime]) -> ExerciseLine:
    meta = exercise.current.meta
    state = "passed" if score.get("passed") else "tried" if score.get("attempts") else "started" if score else "new"
    return ExerciseLine(
        slug=exercise.slug,
        title=exercise.current.title(current_locale()),
        url=reverse("exercise", args=[exercise.slug]),
        kind=meta["kind"],
        tier=meta["tier"],
        section=meta["section"],
        concepts=tuple(meta["concepts"]),
        max_score=meta["max_score"],
        state="started" if state == "new" and has_draft else state,
        attempts=score.get("attempts", 0),
        best_score=score.get("best"),
        last_score=score.get("last"),
        due_at=due.get(exercise.pk),
    )


@dataclass(frozen=True)
class Set:
    """An exercise as it is set for somebody, by the rules that hold for them."""

    exercise: str
    exercise_id: int
    course: int
    rules: Rules

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be handed in."""
        return self.rules.due_at or self.rules.closes_at


@dataclass(frozen=True)
class Plan:
    """What somebody takes part in as a student: titles and slugs of courses by id, and what is set and open in them."""

    courses: dict[int, tuple[str, str]]
    exercises: list[Set]

    def earliest_due(self) -> dict[int, datetime]:
        """By exercise."""
        due: dict[int, datetime] = {}
        for one in self.exercises:
            if one.due_at:
                due[one.exercise_id] = min(one.due_at, due.get(one.exercise_id, one.due_at))
        return due


taken_part_in = KeptSql(
    lambda user: (
        Enrollment.objects.filter(user=user, role=Role.STUDENT, course__archived_at=None)
        .order_by("course__title")
        .values_list("course", "course__title", "course__slug")
    ),
    int,
)
set_for = KeptSql(
    lambda user, now: (
        Assignment.objects.listed_for(user, now)
        .select_related("exercise", "course")
        .order_by("course", "position", "pk")
    ),
    int, datetime,
)  # fmt: skip
own_extensions = KeptSql(lambda user: Extension.objects.filter(user=user), int)


def read_plan(user: Any) -> Plan:
    """Three queries."""
    courses = {pk: (title, slug) for pk, title, slug in taken_part_in(user.pk)}
    if not courses:
        return Plan({}, [])
    extensions = {one.assignment_id: one for one in own_extensions(user.pk)}
    return Plan(
        courses,
        [
            Set(row.exercise.slug, row.exercise_id, row.course_id, effective(row, extensions.get(row.pk)))
            for row in set_for(user.pk, timezone.now())
            if row.course_id in courses
        ],
    )


def list_own_courses(plan: Plan, sections: Iterable[SectionView]) -> list[OwnCourse]:
    """The courses, each with what is set in it."""
    lines = {line.slug: line for section in sections for line in section.exercises}
    views = {
        pk: OwnCourse(title=title, url=reverse("course", args=[slug])) for pk, (title, slug) in plan.courses.items()
    }
    for one in plan.exercises:
        if one.exercise in lines:
            views[one.course].exercises.append(lines[one.exercise])
    return list(views.values())
