"""Deadlines of one's own courses: what is due at the same time in a course stands together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from grader.courses.rules import Rules
from grader.dashboard.progress import ExerciseLine, Plan, Tally

SOON = timedelta(hours=48)


@dataclass
class Deadline(Tally):
    """What is due at one time in one course. `closes_at`: from then on nothing is taken. `is_extended`: for this student."""

    due_at: datetime = field(default_factory=timezone.now)
    closes_at: datetime | None = None
    is_extended: bool = False
    course: str = ""

    @property
    def open(self) -> list[ExerciseLine]:
        return [line for line in self.exercises if line.state != "passed"]

    @property
    def is_overdue(self) -> bool:
        return self.due_at <= timezone.now()

    @property
    def is_closed(self) -> bool:
        return self.closes_at is not None and self.closes_at <= timezone.now()

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
    groups: dict[tuple[object, ...], Deadline] = {}
    for one in plan.exercises:
        due_at, rules = one.due_at, one.rules
        if due_at is None or one.exercise not in lines:
            continue
        key = (due_at, one.course, rules.closes_at, rules.is_extended)
        if key not in groups:
            groups[key] = Deadline([], due_at, rules.closes_at, rules.is_extended, plan.courses[one.course][0])
        groups[key].exercises.append(lines[one.exercise])
    in_order = sorted(groups.values(), key=lambda deadline: deadline.due_at)
    return Deadlines(
        coming=[deadline for deadline in in_order if not deadline.is_overdue],
        overdue=[deadline for deadline in reversed(in_order) if deadline.is_overdue and deadline.open],
    )


def list_shut(plan: Plan, lines: dict[str, ExerciseLine]) -> set[str]:
    """Exercises that are closed, or whose attempts are used up, in every course that sets them: no query."""
    now = timezone.now()
    taking = {
        one.exercise for one in plan.exercises if one.exercise in lines and takes(one.rules, lines[one.exercise], now)
    }
    return {one.exercise for one in plan.exercises} - taking


def takes(rules: Rules, line: ExerciseLine, now: datetime) -> bool:
    is_closed = rules.closes_at is not None and rules.closes_at <= now
    return not is_closed and (rules.attempt_limit is None or line.attempts < rules.attempt_limit)
