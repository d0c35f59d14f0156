"""Where students stand: what counts for each (student, assignment), computed from submissions, rules and extensions.

Nothing of it is stored: moving a due date or granting an extension changes every page at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, ExpressionWrapper, F, FloatField, Max, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber
from django.utils import timezone
from django.utils.translation import gettext

from grader.courses import rules as arithmetic
from grader.courses.explain import RulesView, explain, state_now
from grader.courses.models import Assignment, Course, Enrollment, Extension, Override, Role
from grader.courses.rules import Rules

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """One student at one assignment. Shares are 0 … 1 of the points; None: nothing has been graded.

    `attempts` are those that the limit counts: what we could not grade costs nobody an attempt; `ungraded` have no score,
    yet or at all. `attempt` and `submission` are what counts, `share` is what it won, `late_share` what lateness leaves of
    it, `earned` that in the assignment's points; `points` is what counts in the end: that, or what a teacher put in its
    place.
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
    days_late: int = 0
    override: Override | None = None
    ungraded: int = 0
    attempt: int = 0

    @property
    def points(self) -> float | None:
        return self.override.points if self.override else self.earned

    @property
    def earned(self) -> float | None:
        return None if self.late_share is None else round(self.late_share * self.max_points, 6)

    @property
    def attempts_left(self) -> int | None:
        return None if self.rules.attempt_limit is None else max(0, self.rules.attempt_limit - self.attempts)

    @property
    def is_late(self) -> bool:
        return self.days_late > 0

    @property
    def is_passed(self) -> bool:
        return self.share == 1.0


def submissions() -> QuerySet[Any]:
    """Found by name: submissions know of courses, and not the other way round."""
    handed_in: QuerySet[Any] = apps.get_model("submissions", "Submission").objects.filter(purpose="submit")
    return handed_in


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
    made = submissions().filter(people, assignment__in=assignments).order_by()
    tallies = {(row["user"], row["assignment"]): row for row in count_attempts(made)}
    found = counted_attempts(made, assignments, extensions)
    overrides = read_overrides(people, assignments)
    # Most students have no extension: the rules of an assignment are worked out once.
    plain = {pk: arithmetic.effective(row) for pk, row in assignments.items()}
    result = {}
    for row in assignments.values():
        max_points = row.max_points
        for student in students:
            key = (student, row.pk)
            extension = extensions.get(key)
            rules = arithmetic.effective(row, extension) if extension else plain[row.pk]
            result[key] = build(key, rules, max_points, tallies.get(key), found.get(key), overrides.get(key))
    return result


def read_overrides(people: Q, assignments: Iterable[int]) -> dict[Key, Override]:
    """Those that hold."""
    rows = Override.objects.filter(people, assignment__in=assignments).select_related("set_by").order_by("pk")
    latest = {(row.user_id, row.assignment_id): row for row in rows}
    return {key: row for key, row in latest.items() if row.points is not None}


def list_students(course: Course) -> list[int]:
    return list(Enrollment.objects.filter(course=course, role=Role.STUDENT).values_list("user_id", flat=True))


def build(
    key: Key,
    rules: Rules,
    max_points: float,
    tally: dict[str, Any] | None,
    best: tuple[Any, ...] | None,
    override: Override | None = None,
) -> Standing:
    attempts, last, ungraded = (tally["attempts"], tally["last"], tally["ungraded"]) if tally else (0, None, 0)
    if best is None:
        return Standing(*key, rules, max_points, attempts, last, override=override, ungraded=ungraded)
    late_share, number, pk, share, submitted_at = best
    late = arithmetic.days_late(rules, submitted_at)
    counts = (pk, submitted_at, share, late_share, late, override, ungraded, number)
    return Standing(*key, rules, max_points, attempts, last, *counts)


def count_attempts(made: QuerySet[Any]) -> QuerySet[Any]:
    taken = ~Q(status="errored")
    tallies: QuerySet[Any] = made.values("user", "assignment").annotate(
        attempts=Count("pk", filter=taken),
        last=Max("created_at", filter=taken),
        ungraded=Count("pk", filter=~Q(status="graded")),
    )
    return tallies


def counted_attempts(
    made: QuerySet[Any], assignments: dict[int, Assignment], extensions: dict[Key, Extension]
) -> dict[Key, tuple[Any, ...]]:
    """The attempt that counts by (user, assignment): (late share, number, submission, share, submitted at).

    The database picks one row where it can: the last attempt, or the best of those that lateness takes nothing from.
    Only late ones, under rules that take something, are compared here.
    """
    last = [pk for pk, row in assignments.items() if row.counted == arithmetic.LAST]
    best = [pk for pk, row in assignments.items() if row.counted != arithmetic.LAST]
    graded = made.filter(status="graded").annotate(
        share=ExpressionWrapper(
            Coalesce(F("score") / NullIf(F("max_score"), Value(0.0)), Value(1.0)), output_field=FloatField()
        )
    )
    harmless = Q(assignment__due_at=None) | Q(assignment__late_percent=0) | Q(created_at__lte=F("assignment__due_at"))
    queries = []
    if last:
        queries.append(pick_first(graded.filter(assignment__in=last), F("attempt").desc()))
    if best:
        good = graded.filter(assignment__in=best)
        queries.append(pick_first(good.filter(harmless), F("share").desc(), F("attempt").asc()))
        queries.append(good.exclude(harmless))
    candidates: dict[Key, list[tuple[Any, ...]]] = {}
    plain = {pk: arithmetic.effective(row) for pk, row in assignments.items()}
    for key, number, pk, share, submitted_at in read_rows(queries):
        extension = extensions.get(key)
        rules = arithmetic.effective(assignments[key[1]], extension) if extension else plain[key[1]]
        late_share = arithmetic.late_share(rules, share, submitted_at)
        candidates.setdefault(key, []).append((late_share, number, pk, share, submitted_at))
    counted = {}
    for key, scored in candidates.items():
        picked = arithmetic.counted(scored, assignments[key[1]].counted)
        assert picked is not None
        counted[key] = picked
    return counted


def pick_first(graded: QuerySet[Any], *order: Any) -> QuerySet[Any]:
    """One row for each (user, assignment): the first in this order."""
    place = Window(RowNumber(), partition_by=[F("user_id"), F("assignment_id")], order_by=list(order))
    return graded.annotate(place=place).filter(place=1)


def read_rows(queries: Iterable[QuerySet[Any]]) -> Iterator[tuple[Key, int, UUID, float, datetime]]:
    for query in queries:
        for user, assignment, number, pk, share, created_at in query.values_list(
            "user_id", "assignment_id", "attempt", "pk", "share", "created_at"
        ):
            yield (user, assignment), number, pk, share, created_at


def standing_of(user: Any, assignment: Assignment) -> Standing:
    """One person at one assignment."""
    return standings(assignment.course, user=user.pk, assignment=assignment.pk)[user.pk, assignment.pk]


def rules_of(user: Any, assignment: Assignment) -> tuple[Rules, int, datetime | None]:
    """What decides on the user's next submission: rules, attempts so far, and when the last one came. Two queries."""
    extension = Extension.objects.filter(user=user, assignment=assignment).first()
    tally = next(iter(count_attempts(submissions().filter(user=user, assignment=assignment).order_by())), None)
    attempts, last = (tally["attempts"], tally["last"]) if tally else (0, None)
    return arithmetic.effective(assignment, extension), attempts, last


def is_held_to_rules(user: Any, assignment: Assignment) -> bool:
    """Students are; whoever teaches tries things out."""
    return Enrollment.objects.filter(user=user, course=assignment.course_id, role=Role.STUDENT).exists()


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
