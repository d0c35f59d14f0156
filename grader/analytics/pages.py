"""The pages of analytics as templates need them; a constant number of queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from exercises.format import Exercise as Folder
from grader.analytics import figures
from grader.analytics.drawing import draw_weeks
from grader.analytics.models import OpenedHint
from grader.courses.facts import read_facts
from grader.courses.models import Assignment, Course, Role
from grader.courses.pages import set_exercises
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text

LATEST = 1000  # submissions whose single tests are read
CLUSTERS = 12
NULL = "null"  # what SQLite gives for a JSON null
WEEKS = 12


@dataclass(frozen=True)
class ExerciseLine:
    """One assignment in the course's table. Percents of the students who tried it."""

    title: str
    section: str
    url: str
    students: int
    tried: int
    passed: int
    passed_percent: int
    attempts: str
    idea: SafeString | None
    discrimination: str
    is_weak: bool


@dataclass(frozen=True)
class IdeaLine:
    title: SafeString
    students: int
    submissions: int
    overcome: int
    percent: int


@dataclass(frozen=True)
class TestLine:
    title: SafeString
    failed: int
    percent: int
    advice: bool


@dataclass(frozen=True)
class BarLine:
    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class ClusterLine:
    """`mutant_url`: where an instructor makes a wrong answer of the latest of them, without a name."""

    failing: list[SafeString]
    students: int
    count: int
    submission_url: str
    mutant_url: str


@dataclass(frozen=True)
class AnalyticsPage:
    title: str
    tried: int
    passed: int
    median_attempts: str
    median_time: str
    attempts: list[BarLine]
    ideas: list[IdeaLine]
    weeks: SafeString | None
    week_names: list[str]
    week_rows: list[tuple[SafeString, list[int]]]
    tests: list[TestLine]
    tested: int
    hints: list[figures.Hint]
    clusters: list[ClusterLine]
    discrimination: str


def graded(course: Course) -> QuerySet[Submission]:
    """What the course's students handed in, and what was graded of it."""
    students = course.enrollments.filter(role=Role.STUDENT).values("user")
    rows: QuerySet[Submission] = Submission.objects.filter(
        purpose=Purpose.SUBMIT, status=Status.GRADED, user__in=students
    )
    return rows.order_by()


def list_exercises(course: Course) -> list[ExerciseLine]:
    """Every assignment with the little that says where to look."""
    assignments = list(set_exercises(course).filter(exercise__current__isnull=False))
    students = course.enrollments.filter(role=Role.STUDENT).count()
    shares, passed, attempts = best_shares(course)
    correlations = figures.discriminations(shares)
    names = frequent_ideas(course)
    lines = []
    for row in assignments:
        key, version = row.exercise_id, row.exercise.current
        assert version is not None
        tried, value = len(shares.get(key, {})), correlations.get(key)
        lines.append(
            ExerciseLine(
                title=version.title(current_locale()),
                section=version.meta["section"],
                url=reverse("analytics_exercise", args=[course.slug, row.pk]),
                students=students,
                tried=tried,
                passed=passed[key],
                passed_percent=round(100 * passed[key] / tried) if tried else 0,
                attempts=f"{attempts[key] / tried:.1f}" if tried else "–",
                idea=title_of(row, names.get(key, "")),
                discrimination=show_correlation(value),
                is_weak=value is not None and value < 0.1,
            )
        )
    return lines


def best_shares(course: Course) -> tuple[dict[int, dict[int, float]], Counter[int], Counter[int]]:
    """Exercise to student to best share; how many passed each; how many attempts were made at each. As the gradebook."""
    students = set(course.enrollments.filter(role=Role.STUDENT).values_list("user", flat=True))
    exercises = dict(course.assignments.values_list("pk", "exercise"))
    shares: dict[int, dict[int, float]] = defaultdict(dict)
    passed: Counter[int] = Counter()
    attempts: Counter[int] = Counter()
    for assignment, facts in read_facts(exercises).items():
        exercise = exercises[assignment]
        for user, fact in facts.items():
            if user in students and fact.records:
                best = fact.records[-1].share
                shares[exercise][user] = best
                passed[exercise] += best == 1.0
                attempts[exercise] += fact.attempts
    return shares, passed, attempts


def frequent_ideas(course: Course) -> dict[int, str]:
    """The misconception that most students of each exercise showed."""
    rows = (
        graded(course)
        .filter(passed=False)
        .annotate(idea=KeyTextTransform("misconception", "result"))
        .exclude(Q(idea=None) | Q(idea=NULL))
        .values_list("exercise", "idea")
        .annotate(students=Count("user", distinct=True))
    )
    best: dict[int, tuple[int, str]] = {}
    for exercise, idea, students in rows:
        best[exercise] = max(best.get(exercise, (0, "")), (students, idea))
    return {exercise: idea for exercise, (_, idea) in best.items()}


def title_of(assignment: Assignment, name: str) -> SafeString | None:
    if not name:
        return None
    version = assignment.exercise.current
    assert version is not None
    version.exercise = assignment.exercise
    known = version.load().misconceptions.get(name)
    return show_text(known.title.get(current_locale())) if known else None


def show_correlation(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


# --- one exercise -----------------------------------------------------------------------------------------------------


def build_page(course: Course, assignment: Assignment) -> AnalyticsPage:
    version = assignment.exercise.current
    assert version is not None
    folder, rows = version.load(), graded(course).filter(exercise=assignment.exercise_id)
    attempts = read_attempts(rows)
    way = figures.passing(attempts)
    begin = max(attempts[0].at if attempts else timezone.now(), timezone.now() - timedelta(weeks=WEEKS))
    recent = [attempt for attempt in attempts if attempt.at >= begin]
    found, lately = figures.ideas(attempts, begin), figures.ideas(recent, begin)
    tests, tested, unexplained = read_tests(rows)
    shares, _, _ = best_shares(course)
    return AnalyticsPage(
        title=folder.title.get(current_locale()),
        tried=way.tried,
        passed=way.passed,
        median_attempts="–" if way.median_attempts is None else f"{way.median_attempts:g}",
        median_time=show_time(way.median_time),
        attempts=show_attempts(way),
        ideas=[show_idea(idea, folder, way.tried) for idea in found],
        tests=show_tests(tests, tested, folder),
        tested=tested,
        hints=figures.hints(opened_hints(course, assignment), attempts),
        clusters=show_clusters(unexplained, folder, assignment),
        discrimination=show_correlation(figures.discriminations(shares).get(assignment.exercise_id)),
        **show_weeks(lately, folder, begin),
    )


def read_attempts(rows: QuerySet[Submission]) -> list[figures.Attempt]:
    """Only a few columns, in order of time."""
    idea = KeyTextTransform("misconception", "result")
    values = rows.annotate(idea=idea).values_list("pk", "user", "created_at", "passed", "idea").order_by("created_at")
    return [figures.Attempt(pk, user, at, bool(passed), known(idea)) for pk, user, at, passed, idea in values]


def known(idea: str | None) -> str:
    return "" if idea in (None, NULL) else str(idea)


def read_tests(rows: QuerySet[Submission]) -> tuple[Counter[str], int, list[tuple[Any, int, tuple[str, ...]]]]:
    """Of the latest submissions: how often each test failed, of how many, and which failed without an explanation."""
    values = (
        rows.annotate(
            tests=KeyTransform("tests", "result"),
            idea=KeyTextTransform("misconception", "result"),
            notes=KeyTransform("notes", "result"),
        )
        .order_by("-created_at")
        .values_list("pk", "user", "passed", "tests", "idea", "notes", "outcome")[:LATEST]
    )
    failed: Counter[str] = Counter()
    unexplained, count = [], 0
    for pk, user, passed, tests, idea, notes, outcome in values:
        count += 1
        names = [test["id"] for test in tests or [] if not test["passed"]]
        failed.update(names)
        binding = tuple(test["id"] for test in tests or [] if not test["passed"] and not test["advice"])
        if not passed and not known(idea) and not notes and outcome == "ok":
            unexplained.append((pk, user, binding))
    return failed, count, unexplained


def opened_hints(course: Course, assignment: Assignment) -> Iterable[tuple[int, int, datetime]]:
    students = course.enrollments.filter(role=Role.STUDENT).values("user")
    rows = OpenedHint.objects.filter(exercise=assignment.exercise_id, user__in=students)
    return rows.values_list("user", "number", "at")


def show_attempts(way: figures.Passing) -> list[BarLine]:
    lines = []
    for number, count in enumerate(way.by_attempts, 1):
        label = f"{number}" if number < figures.MOST_ATTEMPTS else f"≥ {number}"
        lines.append(BarLine(label, count, round(100 * count / way.tried) if way.tried else 0))
    rest = way.tried - way.passed
    return [*lines, BarLine(gettext("not yet"), rest, round(100 * rest / way.tried) if way.tried else 0)]


def show_idea(idea: figures.Idea, folder: Folder, tried: int) -> IdeaLine:
    return IdeaLine(
        title=idea_title(idea.name, folder),
        students=len(idea.students),
        submissions=idea.submissions,
        overcome=len(idea.overcome),
        percent=round(100 * len(idea.students) / tried) if tried else 0,
    )


def idea_title(name: str, folder: Folder) -> SafeString:
    known = folder.misconceptions.get(name)
    return show_text(known.title.get(current_locale()) if known else name)


def show_weeks(found: list[figures.Idea], folder: Folder, begin: datetime) -> dict[str, Any]:
    """The most frequent misconceptions by week, as a drawing and as a table."""
    if not found:
        return {"weeks": None, "week_names": [], "week_rows": []}
    last = max(week for idea in found for week in idea.weeks)
    days = [timezone.localtime(begin + timedelta(weeks=week)) for week in range(last + 1)]
    names = [date_format(day, pgettext("day", "M j")) for day in days]
    rows = [(idea_title(idea.name, folder), [idea.weeks[week] for week in range(last + 1)]) for idea in found[:5]]
    return {"weeks": draw_weeks(names, [counts for _, counts in rows]), "week_names": names, "week_rows": rows}


def show_tests(failed: Counter[str], count: int, folder: Folder) -> list[TestLine]:
    lines = []
    for name, test in folder.tests.items():
        title = show_text(test.title.get(current_locale()))
        lines.append(TestLine(title, failed[name], round(100 * failed[name] / count) if count else 0, test.advice))
    return sorted(lines, key=lambda line: -line.failed)


def show_clusters(unexplained: list[Any], folder: Folder, assignment: Assignment) -> list[ClusterLine]:
    lines = []
    for cluster in figures.clusters(unexplained)[:CLUSTERS]:
        specs = [(name, folder.tests.get(name)) for name in cluster.failing]
        mutant = reverse("authoring_mutant", args=[assignment.exercise.slug])
        lines.append(
            ClusterLine(
                failing=[show_text(spec.title.get(current_locale()) if spec else name) for name, spec in specs],
                students=cluster.students,
                count=len(cluster.pks),
                submission_url=reverse("submission", args=[cluster.pks[0]]),
                mutant_url="" if folder.predict else f"{mutant}?submission={cluster.pks[0]}",
            )
        )
    return lines


def show_time(time: timedelta | None) -> str:
    if time is None:
        return "–"
    minutes = round(time.total_seconds() / 60)
    if minutes == 0:
        return gettext("under a minute")
    if minutes < 120:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
