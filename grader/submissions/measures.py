"""What the workers count, in Redis: results, how long each phase of one took, and what was tried again.

Workers are many processes on several hosts, so none of them could answer for all; whoever reads adds nothing up. A Redis
that is emptied sets the counts to zero, which whoever draws rates from them knows as a restart. Nothing here may cost a
result: what cannot be counted is not counted.
"""

from __future__ import annotations

import bisect
import logging
from dataclasses import dataclass, field

import redis

from grader.submissions.live import redis_client

logger = logging.getLogger(__name__)
KEY = "measures"
# Upper bounds of a histogram's buckets in seconds; above the last there is one more.
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
PHASES = ("queued", "sandbox", "checker", "write", "total")
SUM = "us"  # of a histogram, in whole microseconds: Redis adds integers without rounding


@dataclass
class Phases:
    """Seconds of one result. They follow each other and overlap nowhere.

    `queued`: from the POST until the try that ended it began. `sandbox`: waiting for a slot and handing over. `checker`:
    the tests with the student's code. `write`: the transaction. `total`: from the POST until it was written.
    """

    queued: float = 0.0
    sandbox: float = 0.0
    checker: float = 0.0
    write: float = 0.0
    total: float = 0.0

    def items(self) -> list[tuple[str, float]]:
        return [(name, getattr(self, name)) for name in PHASES]


@dataclass(frozen=True)
class Histogram:
    """`buckets`: one count for each bound and one above; not yet added up."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    sum_s: float = 0.0


@dataclass(frozen=True)
class Measures:
    """All counts. `results`: by purpose, status and outcome; `retries`: by reason; `reaped`: by action."""

    phases: dict[str, Histogram]
    results: dict[tuple[str, str, str], int]
    retries: dict[str, int]
    reaped: dict[str, int]


def count_result(purpose: str, status: str, outcome: str, phases: Phases | None) -> None:
    """One submission has its result. Without `phases`: nobody timed it."""
    counts = {f"result|{purpose}|{status}|{outcome}": 1}
    for name, seconds in phases.items() if phases else ():
        seconds = max(0.0, seconds)  # two hosts' clocks differ
        counts[f"phase|{name}|{bisect.bisect_left(BOUNDS_S, seconds)}"] = 1
        counts[f"phase|{name}|{SUM}"] = round(seconds * 1e6)
    add(counts)


def count_retry(reason: str) -> None:
    """A submission goes back to the queue, to be tried again."""
    add({f"retry|{reason}": 1})


def count_reaped(**actions: int) -> None:
    """The reaper has done something."""
    add({f"reaped|{name}": number for name, number in actions.items() if number})


def add(counts: dict[str, int]) -> None:
    if not counts:
        return
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            for name, number in counts.items():
                pipe.hincrby(KEY, name, number)
            pipe.execute()
    except redis.RedisError as error:
        logger.debug("Not counted: %s", type(error).__name__)


def read() -> Measures:
    """Raises redis.RedisError."""
    found: dict[str, dict[str, int]] = {}
    for name, number in redis_client().hgetall(KEY).items():
        kind, _, rest = name.decode().partition("|")
        found.setdefault(kind, {})[rest] = int(number)
    phases, results = found.get("phase", {}), found.get("result", {})
    return Measures(
        phases={name: read_histogram(name, phases) for name in PHASES},
        results={tuple(name.split("|")): number for name, number in results.items()},  # type: ignore[misc]
        retries=dict(found.get("retry", {})),
        reaped=dict(found.get("reaped", {})),
    )


def read_histogram(name: str, counts: dict[str, int]) -> Histogram:
    buckets = [counts.get(f"{name}|{number}", 0) for number in range(len(BOUNDS_S) + 1)]
    return Histogram(buckets, counts.get(f"{name}|{SUM}", 0) / 1e6)
