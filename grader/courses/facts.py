"""What students handed in for assignments, as far as any rule can ask: few numbers for each (student, assignment).

Counting a course's submissions anew for every page would take the time of many pages, and most assignments have not
changed since the last one. So each process keeps what it has counted, and asks the database only when something last
happened to each assignment. What has just happened is not kept: rows of several workers may appear a little out of
the order of their times. Where people or submissions are removed, `forget` is called, or it is seen after a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    RowRange,
    Subquery,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from grader.courses.models import Assignment
from grader.kept_sql import KeptSql

SETTLED = timedelta(seconds=60)
KEPT_S = 600.0
MOST_KEPT = 500
Stamp = tuple[datetime | None, datetime | None]


class Attempt(NamedTuple):
    """A graded submission. In this order it is what `rules.counted` compares, but for the lateness."""

    share: float
    number: int
    pk: UUID
    at: datetime


class Fact(NamedTuple):
    """One student at one assignment. `ungraded` has no score, yet or at all; `errored` is the part that never will.

    `records` are the graded attempts that were better than all before them, in the order of their times: since waiting
    never makes lateness less, no other can be the best. `latest` is the last graded attempt.
    """

    attempts: int = 0
    errored: int = 0
    ungraded: int = 0
    last: datetime | None = None
    records: tuple[Attempt, ...] = ()
    latest: Attempt | None = None


Facts = dict[int, Fact]
_kept: dict[int, tuple[Stamp, float, Facts]] = {}


def submissions() -> QuerySet[Any]:
    """Found by name: submissions know of courses, and not the other way round."""
    handed_in: QuerySet[Any] = apps.get_model("submissions", "Submission").objects.filter(purpose="submit")
    return handed_in.order_by()


def forget() -> None:
    """Count everything anew: rows have been removed, or are somebody else's now."""
    _kept.clear()


def read_facts(assignments: Iterable[int], user: int | None = None) -> dict[int, Facts]:
    """By assignment and user, of everybody who handed anything in; of one user at most two queries, else at most three."""
    wanted = list(assignments)
    if user is not None:
        return count(submissions().filter(user=user, assignment__in=wanted), wanted)
    stamps, now = read_stamps(wanted), time.monotonic()
    known: dict[int, Facts] = {}
    for pk in wanted:
        kept = _kept.get(pk)
        if kept and kept[0] == stamps[pk] and now - kept[1] < KEPT_S:
            known[pk] = kept[2]
    missing = [pk for pk in wanted if pk not in known]
    if missing:
        found = count(submissions().filter(assignment__in=missing), missing)
        keep({pk: facts for pk, facts in found.items() if is_settled(stamps[pk])}, stamps)
        known |= found
    return known


def keep(found: dict[int, Facts], stamps: dict[int, Stamp]) -> None:
    if len(_kept) + len(found) > MOST_KEPT:
        _kept.clear()
    now = time.monotonic()
    for pk, facts in found.items():
        _kept[pk] = (stamps[pk], now, facts)


def read_stamps(assignments: list[int]) -> dict[int, Stamp]:
    """When something last came in for each, and when something was last graded."""
    mine = submissions().filter(assignment=OuterRef("pk"))
    finished = mine.filter(finished_at__isnull=False).order_by("-finished_at").values("finished_at")[:1]
    rows = Assignment.objects.filter(pk__in=assignments).order_by()
    rows = rows.annotate(
        came=Subquery(mine.order_by("-created_at").values("created_at")[:1]), finished=Subquery(finished)
    )
    return {pk: (came, done) for pk, came, done in rows.values_list("pk", "came", "finished")}


def is_settled(stamp: Stamp) -> bool:
    """Nothing happened just now, and nothing is to come at a time that is past already."""
    now = timezone.now()
    return all(moment is None or moment < now - SETTLED for moment in stamp)


def count(made: QuerySet[Any], assignments: list[int]) -> dict[int, Facts]:
    facts: dict[int, Facts] = {pk: {} for pk in assignments}
    records, latest = read_attempts(made)
    for assignment, user, *numbers in tally(made):
        key = (user, assignment)
        facts[assignment][user] = Fact(*numbers, tuple(records.get(key, ())), latest.get(key))
    return facts


def tally(made: QuerySet[Any]) -> QuerySet[Any]:
    """Assignment, user, and the numbers of a Fact."""
    taken = ~Q(status="errored")
    rows: QuerySet[Any] = made.values_list("assignment", "user").annotate(
        taken=Count("pk", filter=taken),
        errored=Count("pk", filter=~taken),
        ungraded=Count("pk", filter=~Q(status="graded")),
        last=Max("created_at", filter=taken),
    )
    return rows


own_tally = KeptSql(lambda user, assignment: tally(submissions().filter(user=user, assignment=assignment)), int, int)


def count_own(user: int, assignment: int) -> tuple[int, datetime | None]:
    """The attempts that the limit counts, and when the last of them came. One query."""
    row = own_tally.first(user, assignment)
    return (row[2], row[5]) if row else (0, None)


def read_attempts(
    made: QuerySet[Any],
) -> tuple[dict[tuple[int, int], list[Attempt]], dict[tuple[int, int], Attempt]]:
    """The records and the latest by (user, assignment), picked by the database."""
    share = ExpressionWrapper(
        Coalesce(F("score") / NullIf(F("max_score"), Value(0.0)), Value(1.0)), output_field=FloatField()
    )
    each = [F("user_id"), F("assignment_id")]
    order = [F("created_at").asc(), F("attempt").asc()]
    before = Window(Max("share"), partition_by=each, order_by=order, frame=RowRange(end=-1))
    graded = made.filter(status="graded").annotate(share=share).annotate(before=before)
    graded = graded.annotate(newest=Window(Max("attempt"), partition_by=each))
    picked = graded.filter(Q(before=None) | Q(share__gt=F("before")) | Q(attempt=F("newest")))
    records: dict[tuple[int, int], list[Attempt]] = {}
    latest: dict[tuple[int, int], Attempt] = {}
    names = ("user_id", "assignment_id", "share", "attempt", "pk", "created_at", "before", "newest")
    for user, assignment, won, number, pk, at, best_before, newest in picked.values_list(*names):
        attempt = Attempt(won, number, pk, at)
        if best_before is None or won > best_before:
            records.setdefault((user, assignment), []).append(attempt)
        if number == newest:
            latest[user, assignment] = attempt
    for attempts in records.values():
        attempts.sort(key=lambda attempt: (attempt.at, attempt.number))
    return records, latest
