"""What the rules of an assignment mean: dates, lateness, attempts, and which attempt counts. Plain arithmetic, no database.

A share is a number from 0 to 1: the part of the exercise's points that a submission won.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
BEST, LAST = "best", "last"


@dataclass(frozen=True)
class Rules:
    """The rules of one assignment for one student, their extension included.

    `late_percent`: taken off the full points for each day (24 hours from `due_at`) that has begun. `grace`: how long
    after `due_at` still counts as in time. `floor_percent`: lateness alone takes a full score no lower.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late_percent: int = 0
    grace: timedelta = timedelta()
    floor_percent: int = 0
    attempt_limit: int | None = None
    cooldown: timedelta = timedelta()
    counted: str = BEST
    is_extended: bool = False
    is_archived: bool = False


@dataclass(frozen=True)
class Allowed:
    """`attempts_left` after this one; None: as many as one likes."""

    attempts_left: int | None = None


@dataclass(frozen=True)
class Refused:
    """`reason`: archived, not_open, closed, no_attempts or cooldown; `params` fill its sentence."""

    reason: str
    params: dict[str, Any] = field(default_factory=dict)


def effective(assignment: Any, extension: Any = None) -> Rules:
    """The assignment's rules with the student's extension on top.

    An extension only ever gives: a moved due date moves the close with it as far as needed.
    """
    due_at, closes_at, limit = assignment.due_at, assignment.closes_at, assignment.attempt_limit
    if extension is not None:
        due_at = latest(due_at, extension.due_at) if due_at else None
        closes_at = latest(closes_at, extension.closes_at, extension.due_at) if closes_at else None
        limit = None if limit is None else limit + extension.extra_attempts
    return Rules(
        opens_at=assignment.opens_at,
        due_at=due_at,
        closes_at=closes_at,
        late_percent=assignment.late_percent,
        grace=timedelta(minutes=assignment.grace_minutes),
        floor_percent=assignment.floor_percent,
        attempt_limit=limit,
        cooldown=timedelta(seconds=assignment.cooldown_s),
        counted=assignment.counted,
        is_extended=extension is not None,
        is_archived=assignment.course.archived_at is not None,
    )


def latest(*times: datetime | None) -> datetime:
    return max(time for time in times if time is not None)


def decide(rules: Rules, now: datetime, attempts: int, last_submit_at: datetime | None = None) -> Allowed | Refused:
    """Whether a submission may be taken now, after so many attempts, the last of them at `last_submit_at`."""
    if rules.is_archived:
        return Refused("archived")
    if rules.opens_at is not None and now < rules.opens_at:
        return Refused("not_open", {"opens_at": rules.opens_at})
    if rules.closes_at is not None and now >= rules.closes_at:
        return Refused("closed", {"closes_at": rules.closes_at})
    if rules.attempt_limit is not None and attempts >= rules.attempt_limit:
        return Refused("no_attempts", {"limit": rules.attempt_limit})
    ready_at = next_try_at(rules, last_submit_at)
    if ready_at is not None and now < ready_at:
        return Refused("cooldown", {"ready_at": ready_at, "seconds": math.ceil((ready_at - now).total_seconds())})
    return Allowed(None if rules.attempt_limit is None else rules.attempt_limit - attempts - 1)


def next_try_at(rules: Rules, last_submit_at: datetime | None) -> datetime | None:
    """The end of the cool-down; None where there is none."""
    return last_submit_at + rules.cooldown if rules.cooldown and last_submit_at is not None else None


def days_late(rules: Rules, submitted_at: datetime) -> int:
    """Days begun since the due date; 0 within the grace period, but counted from the due date after it."""
    if rules.due_at is None or submitted_at <= rules.due_at + rules.grace:
        return 0
    return max(1, math.ceil((submitted_at - rules.due_at) / DAY))


def late_factor(rules: Rules, submitted_at: datetime) -> tuple[float, int]:
    """(what is left of the full points, days late)."""
    late = days_late(rules, submitted_at)
    return max(rules.floor_percent, 100 - rules.late_percent * late, 0) / 100, late


def late_share(rules: Rules, share: float, submitted_at: datetime) -> float:
    """The share that is left. The late percent are of the full points; the floor lifts nobody above what they won."""
    late = days_late(rules, submitted_at)
    if not late:
        return share
    taken = rules.late_percent * late / 100
    return max(share - taken, min(share, rules.floor_percent / 100), 0.0)


Scored = TypeVar("Scored", bound=tuple[Any, ...])


def counted(scores: Iterable[Scored], policy: str) -> Scored | None:
    """Which of the scored attempts counts: tuples that begin with (share, number of the attempt). None without any.

    Of equally good ones the first counts: whoever tries again for the joy of it loses nothing.
    """
    attempts = list(scores)
    if not attempts:
        return None
    if policy == LAST:
        return max(attempts, key=lambda scored: scored[1])
    return max(attempts, key=lambda scored: (scored[0], -scored[1]))


# --- Times of day in a course's time zone -----------------------------------------------------------------------------


class NoSuchTime(ValueError):
    """The clocks are put forward over this time. `before` and `after`: the last and first local times around the gap."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__("no such local time")
        self.before, self.after = before, after


class TwiceThatTime(ValueError):
    """The clocks are put back over this time, so that it comes twice. `start` (as local time) to `end`: the hour."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__("this local time comes twice")
        self.start, self.end = start, end


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in the zone show `local` (naive). Raises NoSuchTime, TwiceThatTime."""
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    early, late = first.utcoffset(), second.utcoffset()
    assert early is not None and late is not None
    if early == late:
        return first.astimezone(UTC)
    change = transition(first.astimezone(UTC), second.astimezone(UTC), zone)
    if early < late:
        raise NoSuchTime(in_zone(change - timedelta(minutes=1), zone), in_zone(change, zone))
    raise TwiceThatTime(in_zone(change, zone), in_zone(change, zone) + (early - late))


def transition(one: datetime, other: datetime, zone: ZoneInfo) -> datetime:
    """When between the two moments the zone's offset changes, to the minute."""
    low, high = sorted([one, other])
    offset = low.astimezone(zone).utcoffset()
    if high.astimezone(zone).utcoffset() == offset:
        low, high = low - timedelta(hours=3), high + timedelta(hours=3)
        offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=30):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return (high + timedelta(seconds=30)).replace(second=0, microsecond=0)


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The naive local time."""
    return moment.astimezone(zone).replace(tzinfo=None)


def move_days(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """So many days on at the same time of day in the zone; over a gap of the clocks, the same distance behind it."""
    local = in_zone(moment, zone) + timedelta(days=days)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
