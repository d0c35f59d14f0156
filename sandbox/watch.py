"""Looks after a running job from outside: what all its processes use together.

The kernel's own limits are per process, or need a cgroup; this is the limit that holds on every host. It looks ten
times a second.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress

from sandbox.forks import Fork
from sandbox.policy import CEILING
from sandbox.protocol import Limits, Outcome

FIRST_LOOK_S = 0.1
INTERVAL_S = 0.1
CROWDED_S = 0.15
_TICKS = os.sysconf("SC_CLK_TCK")


async def watch(student: Fork, limits: Limits, spent_ms: float) -> Outcome:
    """Returns the limit that the job's processes went over together; never, while they keep within them.

    What stays at its most tasks is a bomb. It would burn a core, while others wait, for longer than its CPU time: what
    its descendants spent is forgotten when the kernel kills them with pid 1.
    """
    cpu_limit_s = limits.cpu_s + spent_ms / 1e3
    crowded_since = float("inf")
    await asyncio.sleep(FIRST_LOOK_S)
    while True:
        family = Family.of(student.pid)
        if family.threads >= CEILING.processes - 1:
            student.crowded = True
            crowded_since = min(crowded_since, time.monotonic())
            if time.monotonic() - crowded_since > CROWDED_S:
                return Outcome.PROCESS_LIMIT
        else:
            crowded_since = float("inf")
        if family.cpu_s > cpu_limit_s:
            return Outcome.TIME_LIMIT
        if student.cgroup is None and family.memory_mib() - student.first_mib > limits.memory_mib:
            return Outcome.MEMORY_LIMIT
        await asyncio.sleep(INTERVAL_S)


class Family:
    """A process and its descendants. Orphans are adopted by pid 1 of their namespace, which the first one is."""

    def __init__(self, pids: list[int], threads: int, cpu_s: float) -> None:
        self.pids, self.threads, self.cpu_s = pids, threads, cpu_s

    @classmethod
    def of(cls, pid: int) -> Family:
        return cls._of_one(pid) or cls._of_all(pid)

    @classmethod
    def _of_one(cls, pid: int) -> Family | None:
        """Most jobs are one thread without children. What the kernel says of those who have some may leave some out."""
        with suppress(OSError), open(f"/proc/{pid}/task/{pid}/children") as children, open(f"/proc/{pid}/stat") as stat:
            _, threads, cpu_s = _read_stat(stat.read())
            if threads == 1 and not children.read():
                return cls([pid], threads, cpu_s)
        return None

    @classmethod
    def _of_all(cls, pid: int) -> Family:
        children: dict[int, list[int]] = {}
        usage: dict[int, tuple[int, float]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with suppress(OSError), open(f"/proc/{entry}/stat") as stat:
                    parent, threads, cpu_s = _read_stat(stat.read())
                    children.setdefault(parent, []).append(int(entry))
                    usage[int(entry)] = threads, cpu_s
        pids = [pid]
        for member in pids:
            pids += children.get(member, [])
        known = [usage[member] for member in pids if member in usage]
        return cls(pids, sum(threads for threads, _ in known), sum(cpu_s for _, cpu_s in known))

    def memory_mib(self) -> float:
        """Proportional share of all: what is shared with the zygote counts once among its forks. Swap counts."""
        total_kib = 0
        for pid in self.pids:
            with suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as rollup:
                for line in rollup:
                    if line.startswith(("Pss:", "SwapPss:")):
                        total_kib += int(line.split()[1])
        return total_kib / 1024


def _read_stat(text: str) -> tuple[int, int, float]:
    """Parent, threads, and CPU seconds with those of children that were waited for."""
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), int(fields[17]), sum(map(int, fields[11:15])) / _TICKS
