"""Where students stand: what counts for each (student, assignment), computed from submissions, rules and extensions.

Nothing of it is stored: moving a due date or granting an extension changes every page at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from grader.courses import rules as arithmetic
from grader.courses.explain import RulesView, explain, state_now
from grader.courses.facts import Attempt, Fact, count_own, read_facts
from grader.courses.models import Assignment, Course, Enrollment, Extension, Override, Role
from grader.courses.rules import Rules
from grader.kept_sql import KeptSql

Key = tuple[int, int]
NOTHING = Fact()
extension_of = KeptSql(lambda user, assignment: Extension.objects.filter(user=user, assignment=assignment), int, int)
studies = KeptSql(
    lambda user, course: Enrollment.objects.filter(user=user, course=course, role=Role.STUDENT).values_list("pk"),
    int,
    int,
)


class Standing(NamedTuple):
    """One student at one assignment. Shares are 0 … 1 of the points; None: nothing has been graded.

    `attempts` are those that the limit counts: what we could not grade costs nobody an attempt; `ungraded` have no score,
    yet or at all. `attempt` and `submission` are what counts, `share` is what it won, `late_share` what lateness leaves of
    it, `earned` that in the assignment's points; `points` is what counts in the end: that, or what a teacher put in its
    place. A gradebook has thousands of these, and a tuple is made several times faster than a frozen dataclass.
    """

    user: int
    assignment: int
    rules: Rules
    max_points: float
    attempts: int = 0
    last_submit_at: datetime | None = None
    submission: UUID | None = None
    submitted_at: datetime | None = None
    share: float | None = None
    late_share: float | None = None
    earned: float | None = None
    days_late: int = 0
    override: Override | None = None
    ungraded: int = 0
    attempt: int = 0

    @property
    def points(self) -> float | None:
        return self.override.points if self.override else self.earned

    @property
    def attempts_left(self) -> int | None:
        return None if self.rules.attempt_limit is None else max(0, self.rules.attempt_limit - self.attempts)

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def is_passed(self) -> bool:
        return self.share == 1.0


def standings(course: Course, *, user: int | None = None, assignment: int | None = None) -> dict[Key, Standing]:
    """By (user, assignment): every student of the course at every assignment, in a constant number of queries.

    With `user` only that person, whatever their role; with `assignment` only that one.
    """
    students = [user] if user is not None else list_students(course)
    chosen = Assignment.objects.filter(course=course).select_related("exercise__current", "course")
    chosen = chosen.defer("exercise__current__files", "exercise__current__variants")
    if assignment is not None:
        chosen = chosen.filter(pk=assignment)
    assignments = {row.pk: row for row in chosen}
    people = Q(user=user) if user is not None else Q()
    extensions = {
        (row.user_id, row.assignment_id): row
        for row in Extension.objects.filter(people, assignment__in=assignments).order_by()
    }
    facts = read_facts(assignments, user)
    overrides = read_overrides(people, assignments)
    # Most students have no extension: the rules of an assignment are worked out once.
    plain = {pk: arithmetic.effective(row) for pk, row in assignments.items()}
    result = {}
    for pk, row in assignments.items():
        max_points, known, everybodys = row.max_points, facts[pk], plain[pk]
        for student in students:
            key = (student, pk)
            extension = extensions.get(key) if extensions else None
            rules = arithmetic.effective(row, extension) if extension else everybodys
            result[key] = build(key, rules, max_points, known.get(student, NOTHING), overrides.get(key))
    return result


def read_overrides(people: Q, assignments: Iterable[int]) -> dict[Key, Override]:
    """Those that hold."""
    rows = Override.objects.filter(people, assignment__in=assignments).select_related("set_by").order_by("pk")
    latest = {(row.user_id, row.assignment_id): row for row in rows}
    return {key: row for key, row in latest.items() if row.points is not None}


def list_students(course: Course) -> list[int]:
    return list(Enrollment.objects.filter(course=course, role=Role.STUDENT).values_list("user_id", flat=True))


def build(key: Key, rules: Rules, max_points: float, fact: Fact, override: Override | None) -> Standing:
    chosen = choose(rules, fact)
    user, assignment = key
    tallied = (user, assignment, rules, max_points, fact.attempts, fact.last)
    if chosen is None:
        return Standing(*tallied, override=override, ungraded=fact.ungraded)
    share, number, pk, at = chosen
    late = arithmetic.days_late(rules, at)
    late_share = arithmetic.late_share(rules, share, at) if late else share
    earned = round(late_share * max_points, 6)
    return Standing(*tallied, pk, at, share, late_share, earned, late, override, fact.ungraded, number)


def choose(rules: Rules, fact: Fact) -> Attempt | None:
    """The attempt that counts."""
    if rules.counted == arithmetic.LAST or not fact.records:
        return fact.latest
    best = fact.records[-1]
    # Nothing is taken off the best one: there is nothing to compare.
    if not rules.late_percent or not arithmetic.days_late(rules, best.at):
        return best
    scored = [(arithmetic.late_share(rules, row.share, row.at), row.number, row) for row in fact.records]
    counted = arithmetic.counted(scored, rules.counted)
    assert counted is not None
    return counted[2]


def standing_of(user: Any, assignment: Assignment) -> Standing:
    """One person at one assignment."""
    return standings(assignment.course, user=user.pk, assignment=assignment.pk)[user.pk, assignment.pk]


def rules_of(user: Any, assignment: Assignment) -> tuple[Rules, int, datetime | None]:
    """What decides on the user's next submission: rules, attempts so far, and when the last one came. Two queries."""
    extension = extension_of.first(user.pk, assignment.pk)
    attempts, last = count_own(user.pk, assignment.pk)
    return arithmetic.effective(assignment, extension), attempts, last


def is_held_to_rules(user: Any, assignment: Assignment) -> bool:
    """Students are; whoever teaches tries things out."""
    return bool(studies.first(user.pk, assignment.course_id))


def view_rules(user: Any, assignment: Assignment) -> RulesView:
    """The rules of this student at this assignment in words, for the exercise page. Three queries."""
    course = assignment.course
    rules, attempts, last = rules_of(user, assignment)
    view = RulesView(explain(rules, course), course_slug=course.slug, course_title=course.title)
    if not is_held_to_rules(user, assignment):
        return replace(view, state=gettext("You teach this course: its rules hold your students, not you."))
    left = None if rules.attempt_limit is None else max(0, rules.attempt_limit - attempts)
    view = replace(view, attempts=attempts, attempt_limit=rules.attempt_limit, attempts_left=left)
    return replace(view, **state_now(rules, course, timezone.now(), attempts, last))
