"""Arithmetic of analytics over plain data. No Django, no database."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

MOST_ATTEMPTS = 6  # the last column of the histogram: as many, or more
HELPED_WITHIN = 2  # attempts after a hint


@dataclass(frozen=True, slots=True)
class Attempt:
    """A graded submission. `idea`: the recognised misconception, or empty."""

    pk: UUID
    user: int
    at: datetime
    passed: bool
    idea: str = ""


@dataclass(frozen=True)
class Passing:
    """Attempts and time until the first pass. `by_attempts`: students who passed with the 1st, 2nd … attempt."""

    tried: int
    passed: int
    by_attempts: list[int]
    median_attempts: float | None
    median_time: timedelta | None


def passing(attempts: Sequence[Attempt]) -> Passing:
    """`attempts` in order of time."""
    by_user: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_user[attempt.user].append(attempt)
    counts, times = [], []
    for own in by_user.values():
        place = next((place for place, attempt in enumerate(own) if attempt.passed), None)
        if place is not None:
            counts.append(place + 1)
            times.append(own[place].at - own[0].at)
    histogram = Counter(min(count, MOST_ATTEMPTS) for count in counts)
    return Passing(
        tried=len(by_user),
        passed=len(counts),
        by_attempts=[histogram[number] for number in range(1, MOST_ATTEMPTS + 1)],
        median_attempts=median(counts) if counts else None,
        median_time=median(times) if times else None,
    )


@dataclass
class Idea:
    """A misconception: how many submissions and students showed it, how many of them passed since, and when."""

    name: str
    submissions: int = 0
    students: set[int] = field(default_factory=set)
    overcome: set[int] = field(default_factory=set)
    weeks: Counter[int] = field(default_factory=Counter)


def ideas(attempts: Sequence[Attempt], begin: datetime) -> list[Idea]:
    """The most frequent first; `weeks` count from `begin`, from 0."""
    found: dict[str, Idea] = {}
    for attempt in attempts:
        if attempt.idea:
            idea = found.setdefault(attempt.idea, Idea(attempt.idea))
            idea.submissions += 1
            idea.students.add(attempt.user)
            idea.weeks[(attempt.at - begin).days // 7] += 1
    passed = {attempt.user for attempt in attempts if attempt.passed}
    for idea in found.values():
        idea.overcome = idea.students & passed
    return sorted(found.values(), key=lambda idea: (-len(idea.students), -idea.submissions, idea.name))


@dataclass(frozen=True)
class Hint:
    """`helped`: of those who opened it before they passed, who passed within two attempts after."""

    number: int
    opened: int
    helped: int


def hints(opened: Iterable[tuple[int, int, datetime]], attempts: Sequence[Attempt]) -> list[Hint]:
    """`opened`: (user, number, when)."""
    by_user: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_user[attempt.user].append(attempt)
    counts: dict[int, list[bool]] = defaultdict(list)
    for user, number, at in opened:
        if any(attempt.passed and attempt.at <= at for attempt in by_user[user]):
            continue  # out of curiosity
        later = [attempt for attempt in by_user[user] if attempt.at > at][:HELPED_WITHIN]
        counts[number].append(any(attempt.passed for attempt in later))
    return [Hint(number, len(told), sum(told)) for number, told in sorted(counts.items())]


@dataclass(frozen=True)
class Cluster:
    """Failed submissions that no mutant explains, and that fail alike. `pks`: the latest first."""

    failing: tuple[str, ...]
    pks: list[UUID]
    students: int


def clusters(failed: Iterable[tuple[UUID, int, tuple[str, ...]]]) -> list[Cluster]:
    """`failed`: (submission, user, how it failed), the latest first. The largest cluster first."""
    groups: dict[tuple[str, ...], list[tuple[UUID, int]]] = defaultdict(list)
    for pk, user, how in failed:
        groups[how].append((pk, user))
    found = [
        Cluster(how, [pk for pk, _ in members], len({user for _, user in members})) for how, members in groups.items()
    ]
    return sorted(found, key=lambda cluster: (-cluster.students, -len(cluster.pks), cluster.failing))


def discrimination(shares: Mapping[int, float], elsewhere: Mapping[int, float]) -> float | None:
    """Pearson's correlation, over students, of this exercise's share with the mean share of all others.

    Near 0: whoever does well elsewhere does no better here; the exercise says little, or is luck. None for fewer than
    five students, or when nobody differs.
    """
    users = shares.keys() & elsewhere.keys()
    if len(users) < 5:
        return None
    mine, theirs = [shares[user] for user in users], [elsewhere[user] for user in users]
    a, b = sum(mine) / len(mine), sum(theirs) / len(theirs)
    product = sum((x - a) * (y - b) for x, y in zip(mine, theirs, strict=True))
    scale = math.sqrt(sum((x - a) ** 2 for x in mine) * sum((y - b) ** 2 for y in theirs))
    return product / scale if scale > 1e-12 else None


def discriminations(shares: Mapping[int, Mapping[int, float]]) -> dict[int, float | None]:
    """Of each exercise; `shares`: exercise to student to best share, of what was tried."""
    totals: dict[int, float] = defaultdict(float)
    counts: Counter[int] = Counter()
    for own in shares.values():
        for user, share in own.items():
            totals[user] += share
            counts[user] += 1
    result = {}
    for exercise, own in shares.items():
        rest = {user: (totals[user] - share) / (counts[user] - 1) for user, share in own.items() if counts[user] > 1}
        result[exercise] = discrimination(own, rest)
    return result
