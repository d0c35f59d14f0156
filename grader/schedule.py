"""Celery's beat, mended: it keeps its schedule in memory, and outlives a clock that is set.

Celery writes a file with the last runs every few minutes; on a full disk or a read-only one beat ends over it, and with
it the reaper. All that is scheduled here recurs within minutes, so that there is nothing to remember.

It also plans by the clock on the wall: when that is set back by an hour, nothing falls due for an hour.
"""

from __future__ import annotations

import time
from typing import Any

from celery.beat import Scheduler

LONGEST_SLEEP_S = 5.0
JUMP_S = 2.0


def clock_offset_s() -> float:
    """What the clock on the wall shows beyond the one that nobody sets."""
    return time.time() - time.monotonic()


class MemoryScheduler(Scheduler):
    """Begins anew when the clock was set: everything counts as just run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_interval = min(self.max_interval, LONGEST_SLEEP_S)
        self.offset_s = clock_offset_s()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        offset_s = clock_offset_s()
        if abs(offset_s - self.offset_s) > JUMP_S:
            for entry in self.schedule.values():
                entry.last_run_at = entry.default_now()
            self._heap = None
        self.offset_s = offset_s
        return float(super().tick(*args, **kwargs))
