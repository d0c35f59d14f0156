"""Deadlines of one's own courses: what is due at the same time in a course stands together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from grader.dashboard.progress import ExerciseLine, Plan, Tally

SOON = timedelta(hours=48)


@dataclass
class Deadline(Tally):
    """What is due at one time in one course."""

    due_at: datetime = field(default_factory=timezone.now)
    course: str = ""

    @property
    def open(self) -> list[ExerciseLine]:
        return [line for line in self.exercises if line.state != "passed"]

    @property
    def is_overdue(self) -> bool:
        return self.due_at <= timezone.now()

    @property
    def is_soon(self) -> bool:
        return not self.is_overdue and self.due_at - timezone.now() < SOON


@dataclass(frozen=True)
class Deadlines:
    """`coming`: the next first. `overdue`: with something not passed, the latest first."""

    coming: list[Deadline]
    overdue: list[Deadline]


def list_deadlines(plan: Plan, lines: dict[str, ExerciseLine]) -> Deadlines:
    """From what has been read already: no query."""
    groups: dict[tuple[datetime, int], Deadline] = {}
    for assignment in plan.assignments:
        line = lines.get(assignment.exercise.slug)
        if assignment.due_at is None or line is None:
            continue
        key = (assignment.due_at, assignment.course_id)
        if key not in groups:
            groups[key] = Deadline(due_at=assignment.due_at, course=plan.courses[assignment.course_id])
        groups[key].exercises.append(line)
    in_order = [groups[key] for key in sorted(groups)]
    return Deadlines(
        coming=[deadline for deadline in in_order if not deadline.is_overdue],
        overdue=[deadline for deadline in reversed(in_order) if deadline.is_overdue and deadline.open],
    )
