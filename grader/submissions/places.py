"""Where pending submissions stand in the queue: one look at the database a second for all pages of a process."""

from __future__ import annotations

import bisect
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext

from grader.submissions.models import PENDING, Status, Submission

LOOK_S = 1.0
SLOW_S = 30.0  # so long in the queue: many hand in at once
SILENT_HEARTBEATS = 3
STILL_S = 15.0  # nothing graded and nothing taken up for so long: there is no grader
MOST_PACE_S, PACE = 5.0, 20.0  # seconds; submissions before for each second
CROWD, CROWD_LASTS_S = 20, 5.0  # so many untried; so long after the last look
SLOWLY = gettext_noop("It takes longer than usual just now; yours is kept, and you need not wait here.")


@dataclass(frozen=True)
class Place:
    """What a pending row says of itself. `away`: its grader gave it back, or has been silent for several heartbeats."""

    status: str
    created_at: datetime
    away: bool = False

    @classmethod
    def of(cls, submission: Submission) -> Place:
        return cls.read(submission.status, submission.created_at, submission.tries, submission.heartbeat_at)

    @classmethod
    def read(cls, status: str, created_at: datetime, tries: int, heartbeat_at: datetime) -> Place:
        silent_s = (timezone.now() - heartbeat_at).total_seconds()
        silent = silent_s > SILENT_HEARTBEATS * settings.SUBMISSION_HEARTBEAT_S
        return cls(status, created_at, silent if status == Status.RUNNING else tries > 0)


@dataclass(frozen=True)
class Queue:
    """What one look saw. `waiting` are the times of creation of what nobody has tried yet, oldest first."""

    read_at: float
    places: dict[UUID, Place] = field(default_factory=dict)
    waiting: list[datetime] = field(default_factory=list)
    is_running: bool = False
    still_since: float = 0.0

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.read_at < LOOK_S

    @property
    def is_still(self) -> bool:
        return self.read_at - self.still_since > STILL_S

    @property
    def is_slow(self) -> bool:
        """The oldest waits longer than anybody expects."""
        return bool(self.waiting) and (timezone.now() - self.waiting[0]).total_seconds() > SLOW_S

    def before(self, place: Place) -> int:
        """So many untried submissions are older."""
        return bisect.bisect_left(self.waiting, place.created_at)

    def pace_s(self, place: Place) -> float:
        """How often its place is worth telling: far from the front nobody reads each step."""
        return 0.0 if place.away else min(MOST_PACE_S, self.before(place) / PACE)

    def describe(self, place: Place) -> str:
        """The place in the current language; empty for what is being graded, or is done."""
        if place.status != Status.QUEUED and not place.away:
            return ""
        if place.status == Status.RUNNING:
            return gettext("This takes longer than usual. If the grader does not answer, yours is tried again.")
        if place.away or self.is_still:
            return gettext("The graders are busy or away just now. Yours is kept and will be tried again.")
        before = self.before(place)
        if not before:
            return gettext("Yours is next.")
        text = ngettext("%(count)d before yours.", "%(count)d before yours.", before) % {"count": before}
        return f"{text} {gettext(SLOWLY)}" if self.is_slow else text


_lock = threading.Lock()
_latest = Queue(read_at=float("-inf"))


def latest() -> Queue:
    """The last look, however old."""
    return _latest


def is_crowded() -> bool:
    """Whether many waited when somebody looked last: then nothing is made that nobody asked for. Costs no query."""
    return len(_latest.waiting) >= CROWD and time.monotonic() - _latest.read_at < CROWD_LASTS_S


def look() -> Queue:
    """A look that is at most a second old. Of callers at the same time one asks the database, the others wait for it."""
    global _latest
    with _lock:
        if not _latest.is_fresh:
            _latest = read_queue(_latest)
        return _latest


def read_queue(earlier: Queue) -> Queue:
    """One query of the pending rows; the index `submission_pending` holds them alone."""
    now = time.monotonic()
    rows = Submission.objects.filter(status__in=PENDING).order_by()
    places = {
        pk: Place.read(*values)
        for pk, *values in rows.values_list("pk", "status", "created_at", "tries", "heartbeat_at")
    }
    waiting = sorted(place.created_at for place in places.values() if place.status == Status.QUEUED and not place.away)
    is_running = any(place.status == Status.RUNNING and not place.away for place in places.values())
    moved = is_running or earlier.is_running or not waiting or waiting[:1] != earlier.waiting[:1]
    return Queue(now, places, waiting, is_running, now if moved else earlier.still_since)
