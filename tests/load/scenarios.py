"""The parts of `make load`: plain deadline, the same with everything breaking, and each fault by itself."""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.load import faults as broken
from tests.load import work
from tests.load.house import FAKETIME, House, house
from tests.load.waves import Crowd, Fault, Wave, gather_crowd

# What a whole course hands in on PostgreSQL; SQLite is for one class.
SIZES = {"postgresql": (500, 30.0), "sqlite": (60, 15.0)}
FAULT_STUDENTS, FAULT_WINDOW_S = 40, 20.0
VOLUME_MIB = {"postgresql": 1000, "sqlite": 64}  # room for a whole evening and its write-ahead log


def databases(options: argparse.Namespace) -> list[str]:
    return ["postgresql", "sqlite"] if options.database == "both" else [options.database]


def size(options: argparse.Namespace, database: str) -> tuple[int, float]:
    students, window_s = SIZES[database]
    return options.students or students, options.window or window_s


def say(text: str) -> None:
    print(f"· {text}", flush=True)


async def crowd(built: House, students: int) -> Crowd:
    say(f"{built.database}: {students} students log in")
    gathered, timings = await gather_crowd(built, students)
    took = timings.ms["login"]
    say(f"  a login takes {sum(took) / len(took):.0f} ms with {min(students, 8)} at once")
    return gathered


async def deadline(options: argparse.Namespace) -> list[Wave]:
    """Nothing breaks."""
    waves = []
    for database in databases(options):
        students, window_s = size(options, database)
        with house(database) as built:
            people = await crowd(built, students)
            say(f"{students} submissions within {window_s:.0f} s")
            waves.append(await people.run("deadline", work.draw(students), window_s))
    return waves


async def chaos(options: argparse.Namespace) -> list[Wave]:
    """One wave in which everything breaks, one after the other."""
    waves = []
    for database in databases(options):
        students, window_s = size(options, database)
        with volume(database) as results, house(database, results) as built:
            people = await crowd(built, students)
            plan = [fault for fault in plan_of(results) if built.postgresql or fault.name != "PostgreSQL restarted"]
            spread = [Fault(f.name, (n + 0.5) * window_s / len(plan), f.act) for n, f in enumerate(plan)]
            say(f"{students} submissions within {window_s:.0f} s, and {len(plan)} faults")
            waves.append(
                await people.run("chaos", work.draw(students, poisoned=max(1, students // 100)), window_s, spread)
            )
    return waves


def plan_of(results: Path | None) -> list[Fault]:
    """Each once; times are given by whoever plans the wave."""
    plan = [
        Fault("worker killed", 0, broken.kill_worker),
        Fault("sandbox server killed", 0, broken.kill_sandbox),
        Fault("zygote killed", 0, broken.kill_zygote),
        Fault("Redis restarted, empty", 0, broken.restart_redis),
        Fault("Redis FLUSHALL", 0, broken.flush_redis),
        Fault("worker's child killed", 0, broken.kill_worker_child),
        Fault("PostgreSQL restarted", 0, broken.restart_postgresql),
        Fault("web server killed", 0, broken.kill_web),
        Fault("beat killed", 0, broken.kill_beat),
    ]
    if results:
        plan.append(Fault("disk of the results full", 0, lambda _: broken.fill_disk(results)))
    return plan


async def faults(options: argparse.Namespace) -> list[Wave]:
    """Each fault by itself, in the middle of a small wave."""
    waves = []
    students, window_s = options.students or FAULT_STUDENTS, options.window or FAULT_WINDOW_S
    for database in databases(options):
        with volume(database) as results, house(database, results) as built:
            people = await crowd(built, students)
            for fault in plan_of(results):
                if options.only not in fault.name or (fault.name == "PostgreSQL restarted" and not built.postgresql):
                    continue
                say(fault.name)
                at = [Fault(fault.name, window_s / 2, fault.act)]
                waves.append(await people.run(fault.name, work.draw(students), window_s, at))
    return waves


async def clock(options: argparse.Namespace) -> list[Wave]:
    """The clock is set on by an hour in the middle of one wave, and back by two in the next."""
    if not FAKETIME:
        say("no clock can be set: Debian's package libfaketime is not installed")
        return []
    waves = []
    students, window_s = options.students or FAULT_STUDENTS, options.window or FAULT_WINDOW_S
    for database in databases(options):
        with house(database, own_clock=True) as built:
            people = await crowd(built, students)
            for name, seconds in (
                ("clock set on by 1 h", broken.CLOCK_JUMP_S),
                ("clock set back by 2 h", -broken.CLOCK_JUMP_S),
            ):
                say(name)
                at = [Fault(f"{name}, worker killed", window_s / 2, partial(broken.set_clock, seconds=seconds))]
                waves.append(await people.run(name, work.draw(students), window_s, at))
    return waves


@contextmanager
def volume(database: str) -> Iterator[Path | None]:
    """A small file system of its own for the results; None where this user may not mount one."""
    with tempfile.TemporaryDirectory(prefix="gradus-volume-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MIB[database]}m,mode=755", "gradus-load", name]
        if os.geteuid() or subprocess.run(mount, check=False).returncode:
            say("no disk can be filled: mounting a small file system needs root")
            yield None
            return
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=False)
