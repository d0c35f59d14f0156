"""What teachers see on the dashboard: their courses, with statistics of each exercise set in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from grader.courses.facts import read_facts
from grader.courses.models import TEACHING, Assignment, Course, Enrollment, Role
from grader.submissions.results import current_locale


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
    url: str
    students: int
    exercises: list[ExerciseStatistics]


def list_courses(user: Any) -> list[CourseView]:
    """The courses that the user teaches and has not archived, with statistics of each exercise set in them."""
    courses = Course.objects.filter(archived_at=None)
    if not user.is_staff:
        courses = courses.filter(enrollments__user=user, enrollments__role__in=TEACHING)
    students = dict(Enrollment.objects.filter(role=Role.STUDENT).values_list("course").annotate(Count("pk")).order_by())
    assignments = Assignment.objects.filter(course__in=courses).select_related("exercise__current")
    assignments = assignments.defer("exercise__current__files", "exercise__current__variants")
    by_course: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        by_course.setdefault(assignment.course_id, []).append(assignment)
    outcomes = count_outcomes(assignments)
    return [
        CourseView(
            course.title,
            reverse("course", args=[course.slug]),
            students.get(course.pk, 0),
            [
                show_statistics(assignment, students.get(course.pk, 0), outcomes.get(assignment.pk))
                for assignment in by_course.get(course.pk, [])
            ],
        )
        for course in courses
    ]


def count_outcomes(assignments: Iterable[Assignment]) -> dict[int, dict[str, Any]]:
    """By assignment, over its course's students: who tried, who passed, and everybody's best share."""
    rows = list(assignments)
    members: dict[int, set[int]] = defaultdict(set)
    enrolled = Enrollment.objects.filter(role=Role.STUDENT, course__in={row.course_id for row in rows})
    for course, user in enrolled.values_list("course", "user"):
        members[course].add(user)
    facts = read_facts(row.pk for row in rows)
    outcomes = {}
    for row in rows:
        own = [fact for user, fact in facts[row.pk].items() if user in members[row.course_id]]
        bests = [fact.records[-1].share for fact in own if fact.records]
        outcomes[row.pk] = {
            "tried": len(own),
            "passed": sum(best == 1.0 for best in bests),
            "submissions": sum(fact.attempts + fact.errored for fact in own),
            "errored": sum(fact.errored for fact in own),
            "bests": bests,
        }
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
