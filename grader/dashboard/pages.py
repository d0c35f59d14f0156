"""Catalogue and dashboard as templates need them; a constant number of queries whatever the course's size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse

from exercises.models import Exercise
from grader.courses.models import TEACHING, Assignment, Course, Enrollment, Role, teaches
from grader.submissions.models import Draft, Purpose, Status, Submission
from grader.submissions.results import current_locale

RECENT = 20


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise and how far the student is. `state`: new, started, tried, passed."""

    slug: str
    title: str
    url: str
    kind: str
    tier: int
    section: str
    concepts: list[str]
    max_score: float
    state: str
    attempts: int
    best_score: float | None
    last_score: float | None
    due_at: datetime | None


@dataclass
class SectionView:
    """A section of the chapter with its exercises."""

    number: str
    exercises: list[ExerciseLine] = field(default_factory=list)

    @property
    def passed(self) -> int:
        return sum(line.state == "passed" for line in self.exercises)

    @property
    def percent(self) -> int:
        """Points won of all points."""
        available = sum(line.max_score for line in self.exercises)
        return round(100 * sum(line.best_score or 0 for line in self.exercises) / available) if available else 0


@dataclass(frozen=True)
class RecentLine:
    """One recent submission."""

    exercise_title: str
    exercise_url: str
    url: str
    attempt: int
    created_at: datetime
    status: str
    passed: bool
    score: float | None
    max_score: float | None


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a course's students do on one exercise."""

    title: str
    url: str
    section: str
    students: int
    tried: int
    passed: int
    submissions: int
    errored: int
    mean_best_percent: int | None
    passed_percent: int


@dataclass(frozen=True)
class CourseView:
    """A course as its teachers see it."""

    title: str
    students: int
    exercises: list[ExerciseStatistics]


@dataclass
class DashboardPage:
    """The start page after logging in."""

    sections: list[SectionView] = field(default_factory=list)
    recent: list[RecentLine] = field(default_factory=list)
    courses: list[CourseView] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(section.exercises) for section in self.sections)

    @property
    def passed(self) -> int:
        return sum(section.passed for section in self.sections)

    @property
    def percent(self) -> int:
        return round(100 * self.passed / self.total) if self.total else 0

    @property
    def next_exercise(self) -> ExerciseLine | None:
        """The first that is not passed yet, what was begun first."""
        lines = [line for section in self.sections for line in section.exercises if line.state != "passed"]
        return next((line for line in lines if line.state != "new"), lines[0] if lines else None)


def list_sections(user: Any) -> list[SectionView]:
    """What the user may work on, by section, with their own state in each exercise."""
    exercises = list(visible_exercises(user))
    due = due_dates(user)
    scores, drafts = own_scores(user), set(Draft.objects.filter(user=user).values_list("exercise", flat=True))
    sections: dict[str, SectionView] = {}
    for exercise in sorted(exercises, key=place):
        section = sections.setdefault(exercise.current.meta["section"], SectionView(exercise.current.meta["section"]))
        section.exercises.append(show_exercise(exercise, scores.get(exercise.pk, {}), exercise.pk in drafts, due))
    return list(sections.values())


def visible_exercises(user: Any) -> QuerySet[Exercise]:
    published = Exercise.objects.filter(current__isnull=False).select_related("current")
    published = published.defer("current__files", "current__variants")
    if teaches(user):
        return published
    return published.filter(pk__in=Assignment.objects.visible_to(user).values("exercise"))


def due_dates(user: Any) -> dict[int, datetime]:
    """The earliest due date of each exercise in the user's courses."""
    mine = Assignment.objects.filter(course__enrollments__user=user, due_at__isnull=False)
    return {row.exercise_id: row.due_at for row in mine.order_by("-due_at")}


def place(exercise: Exercise) -> tuple[list[int], int, str]:
    """Sorts by section number ("3.10" behind "3.9"), then tier."""
    meta = exercise.current.meta
    return [int(part) for part in meta["section"].split(".") if part.isdecimal()], meta["tier"], exercise.slug


def own_scores(user: Any) -> dict[int, dict[str, Any]]:
    """Per exercise: attempts, best and last score, whether passed, whether anything was run."""
    submitted = Q(purpose=Purpose.SUBMIT)
    graded = submitted & Q(status=Status.GRADED)
    rows = (
        Submission.objects.filter(user=user)
        .values("exercise")
        .annotate(
            attempts=Count("pk", filter=submitted),
            best=Max("score", filter=graded),
            passed=Count("pk", filter=graded & Q(passed=True)),
            last_attempt=Max("attempt", filter=graded),
        )
    )
    scores = {row["exercise"]: row for row in rows.order_by()}
    last = Submission.objects.filter(graded, user=user).values_list("exercise", "attempt", "score")
    for exercise, attempt, score in last:
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
        concepts=meta["concepts"],
        max_score=meta["max_score"],
        state="started" if state == "new" and has_draft else state,
        attempts=score.get("attempts", 0),
        best_score=score.get("best"),
        last_score=score.get("last"),
        due_at=due.get(exercise.pk),
    )


def list_recent(user: Any) -> list[RecentLine]:
    """The user's last submissions, without runs."""
    mine = Submission.objects.filter(user=user, purpose=Purpose.SUBMIT).with_version().select_related("exercise")
    recent = mine.defer("source", "result", "version__files", "version__variants").order_by("-created_at")[:RECENT]
    return [
        RecentLine(
            exercise_title=submission.version.title(current_locale()),
            exercise_url=reverse("exercise", args=[submission.exercise.slug]),
            url=reverse("submission", args=[submission.pk]),
            attempt=submission.attempt,
            created_at=submission.created_at,
            status=submission.status,
            passed=bool(submission.passed),
            score=submission.score,
            max_score=submission.max_score,
        )
        for submission in recent
    ]


def list_courses(user: Any) -> list[CourseView]:
    """The courses that the user teaches, with statistics of each exercise set in them."""
    courses = Course.objects.all()
    if not user.is_staff:
        courses = courses.filter(enrollments__user=user, enrollments__role__in=TEACHING)
    students = dict(Enrollment.objects.filter(role=Role.STUDENT).values_list("course").annotate(Count("pk")).order_by())
    assignments = Assignment.objects.filter(course__in=courses).select_related("exercise__current")
    assignments = assignments.defer("exercise__current__files", "exercise__current__variants")
    by_course: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        by_course.setdefault(assignment.course_id, []).append(assignment)
    outcomes = count_outcomes(courses)
    return [
        CourseView(
            course.title,
            students.get(course.pk, 0),
            [
                show_statistics(
                    assignment, students.get(course.pk, 0), outcomes.get((course.pk, assignment.exercise_id))
                )
                for assignment in by_course.get(course.pk, [])
            ],
        )
        for course in courses
    ]


def count_outcomes(courses: QuerySet[Course]) -> dict[tuple[int, int], dict[str, Any]]:
    """Per (course, exercise), over its students: who tried, who passed, and the mean of everybody's best share."""
    by_student = (
        Submission.objects.filter(
            purpose=Purpose.SUBMIT,
            user__enrollments__course__in=courses.values("pk"),
            user__enrollments__role=Role.STUDENT,
        )
        .values("user__enrollments__course", "exercise", "user")
        .annotate(
            submissions=Count("pk"),
            errored=Count("pk", filter=Q(status=Status.ERRORED)),
            passed=Max("score", filter=Q(passed=True)),
            best=Max(F("score") / F("max_score"), filter=Q(status=Status.GRADED, max_score__gt=0)),
        )
        .order_by()
    )
    outcomes: dict[tuple[int, int], dict[str, Any]] = {}
    for row in by_student:
        key = (row["user__enrollments__course"], row["exercise"])
        total = outcomes.setdefault(key, {"tried": 0, "passed": 0, "submissions": 0, "errored": 0, "bests": []})
        total["tried"] += 1
        total["passed"] += row["passed"] is not None
        total["submissions"] += row["submissions"]
        total["errored"] += row["errored"]
        if row["best"] is not None:
            total["bests"].append(row["best"])
    return outcomes


def show_statistics(assignment: Assignment, students: int, outcome: dict[str, Any] | None) -> ExerciseStatistics:
    current = assignment.exercise.current
    outcome = outcome or {"tried": 0, "passed": 0, "submissions": 0, "errored": 0, "bests": []}
    return ExerciseStatistics(
        title=current.title(current_locale()) if current else assignment.exercise.slug,
        url=reverse("exercise", args=[assignment.exercise.slug]),
        section=current.meta["section"] if current else "",
        students=students,
        tried=outcome["tried"],
        passed=outcome["passed"],
        submissions=outcome["submissions"],
        errored=outcome["errored"],
        mean_best_percent=mean_percent(outcome["bests"]),
        passed_percent=round(100 * outcome["passed"] / students) if students else 0,
    )


def mean_percent(shares: Iterable[float]) -> int | None:
    known = list(shares)
    return round(100 * sum(known) / len(known)) if known else None


def build_dashboard(user: Any) -> DashboardPage:
    """The dashboard of this user: own progress, and the courses that they teach."""
    courses = list_courses(user) if teaches(user) else []
    return DashboardPage(sections=list_sections(user), recent=list_recent(user), courses=courses)
