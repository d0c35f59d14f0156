"""The dashboard as its template needs it; a constant number of queries whatever there is to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse

from grader.courses.permissions import ways_of
from grader.dashboard.deadlines import Deadline, Deadlines, list_deadlines, list_shut
from grader.dashboard.mastery import Mastery, build_mastery
from grader.dashboard.misconceptions import OpenIdea, list_open_ideas
from grader.dashboard.progress import (
    ExerciseLine,
    OwnCourse,
    SectionView,
    Tally,
    list_own_courses,
    list_sections,
    read_plan,
)
from grader.dashboard.teaching import CourseView, list_courses
from grader.kept_sql import KeptSql
from grader.submissions.history import count_comments
from grader.submissions.models import Purpose, Submission
from grader.submissions.results import current_locale

RECENT = 6


@dataclass(frozen=True)
class RecentLine:
    """One recent submission. `attempts_url`: all attempts at its exercise."""

    exercise_title: str
    exercise_url: str
    attempts_url: str
    url: str
    attempt: int
    created_at: datetime
    status: str
    passed: bool
    score: float | None
    max_score: float | None
    comments: int = 0


@dataclass
class DashboardPage(Tally):
    """The start page after logging in. `courses`: those that one teaches; `own_courses`: where one is a student.

    `shut`: exercises that are set but take no answer any more.
    """

    courses: list[CourseView] = field(default_factory=list)
    own_courses: list[OwnCourse] = field(default_factory=list)
    sections: list[SectionView] = field(default_factory=list)
    mastery: Mastery | None = None
    ideas: list[OpenIdea] = field(default_factory=list)
    deadlines: Deadlines | None = None
    shut: frozenset[str] = frozenset()
    recent: list[RecentLine] = field(default_factory=list)

    @property
    def learns(self) -> bool:
        """Whether there is progress to show: of a student, or of a teacher who has tried something."""
        return bool(self.exercises) and (not self.courses or bool(self.own_courses) or self.has_begun)

    @property
    def has_begun(self) -> bool:
        return any(line.state != "new" for line in self.exercises)

    @property
    def passed_percent(self) -> int:
        return round(100 * self.passed / self.total) if self.total else 0

    @property
    def next_exercise(self) -> ExerciseLine | None:
        """The first that is not passed yet and can still be handed in, what was begun first."""
        left = [line for line in self.exercises if line.state != "passed"]
        lines = [line for line in left if line.slug not in self.shut] or left
        return next((line for line in lines if line.state != "new"), lines[0] if lines else None)

    @property
    def next_deadline(self) -> Deadline | None:
        """The first coming one with something left to do."""
        coming = self.deadlines.coming if self.deadlines else []
        return next((deadline for deadline in coming if deadline.open), None)

    @property
    def next_section(self) -> SectionView | None:
        """The section of the next exercise."""
        line = self.next_exercise
        return next((section for section in self.sections if line and section.number == line.section), None)


def build_dashboard(user: Any) -> DashboardPage:
    """The dashboard of this user: own progress, and the courses that they teach."""
    plan = read_plan(user)
    sections = list_sections(user, plan.earliest_due())
    lines = {line.slug: line for section in sections for line in section.exercises}
    return DashboardPage(
        exercises=list(lines.values()),
        courses=list_courses(user) if ways_of(user).teaches else [],
        own_courses=list_own_courses(plan, sections),
        sections=sections,
        mastery=build_mastery(lines.values()),
        ideas=list_open_ideas(user, lines),
        deadlines=list_deadlines(plan, lines),
        shut=frozenset(list_shut(plan, lines)),
        recent=list_recent(user),
    )


def build_recent_submissions(user: int) -> Any:
    mine = Submission.objects.filter(user=user, purpose=Purpose.SUBMIT).with_version().select_related("exercise")
    mine = mine.annotate(comment_count=count_comments())
    return mine.defer("source", "result", "version__files", "version__variants").order_by("-created_at")[:RECENT]


recent_submissions = KeptSql(build_recent_submissions, int)


def list_recent(user: Any) -> list[RecentLine]:
    """The user's last submissions, without runs."""
    return [
        RecentLine(
            exercise_title=submission.version.title(current_locale()),
            exercise_url=reverse("exercise", args=[submission.exercise.slug]),
            attempts_url=reverse("attempts", args=[submission.exercise.slug]),
            url=reverse("submission", args=[submission.pk]),
            attempt=submission.attempt,
            created_at=submission.created_at,
            status=submission.status,
            passed=bool(submission.passed),
            score=submission.score,
            max_score=submission.max_score,
            comments=submission.comment_count or 0,
        )
        for submission in recent_submissions(user.pk)
    ]
