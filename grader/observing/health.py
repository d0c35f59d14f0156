"""What is checked, and what is said of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from grader.observing import reports
from grader.observing.queues import read_queues
from grader.submissions.live import redis_client
from sandbox.client import Client
from sandbox.policy import LAYERS
from sandbox.protocol import ServerStatus

BEAT_LATE_S = 60.0
DISK_SHORT_SHARE, DISK_SHORT = 0.05, 256 << 20
LOOK_AGAIN_S = 5.0


class Unwell(Exception):
    """A check's own words on what is wrong, without names of people, addresses or paths."""


@dataclass(frozen=True)
class Finding:
    """One component. `details` are for operators alone, `reason` too."""

    name: str
    is_ok: bool
    reason: str
    details: dict[str, Any]
    ms: float

    def show(self, *, in_full: bool) -> dict[str, Any]:
        if not in_full:
            return {"ok": self.is_ok}
        return {"ok": self.is_ok, **({"reason": self.reason} if self.reason else {}), **self.details, "ms": self.ms}


def look(names: tuple[str, ...]) -> list[Finding]:
    return [look_at(name, CHECKS[name]) for name in names]


def look_at(name: str, check: Callable[[], dict[str, Any]]) -> Finding:
    """Run one check. Of an unforeseen error the kind is told and not the text, which may hold addresses and passwords."""
    started = time.perf_counter()
    is_ok, reason, details = True, "", {}
    try:
        details = check()
    except Unwell as problem:
        is_ok, reason = False, str(problem)
    except Exception as error:
        is_ok, reason = False, type(error).__name__
    return Finding(name, is_ok, reason, details, round(1000 * (time.perf_counter() - started), 1))


def check_database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"kind": connection.vendor}


_migrations: dict[str, Any] = {"looked_at": float("-inf"), "missing": 1}


def check_migrations() -> dict[str, Any]:
    """Once all are applied they stay so; until then this looks every few seconds. Migrations of a newer release are fine."""
    now = time.monotonic()
    if _migrations["missing"] and now - _migrations["looked_at"] > LOOK_AGAIN_S:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _migrations.update(looked_at=now, missing=len(plan))
    if _migrations["missing"]:
        raise Unwell(f"{_migrations['missing']} migrations are not applied: run manage.py migrate")
    return {}


def check_redis() -> dict[str, Any]:
    redis_client().ping()
    return {}


def check_broker() -> dict[str, Any]:
    """The queues can be read, wherever they are."""
    found = read_queues()
    return {"queues": {name: {"waiting": state.depth, "oldest_s": state.oldest_s} for name, state in found.items()}}


def reports_if_any() -> list[reports.WorkerReport]:
    """None without Redis, whose own check says so."""
    try:
        return reports.read_reports()
    except redis.RedisError:
        return []


def check_sandbox() -> dict[str, Any]:
    """Every sandbox that a worker reports; where none does, the one on this host."""
    alive = [report for report in reports_if_any() if report.is_alive]
    if all(report.queues == ["lti"] for report in alive):
        status = Client(settings.SANDBOX_SOCKET).ping()
        found = {status.server: status}
    else:
        found = reports.sandboxes(alive)
    silent = sum(report.lacks_sandbox for report in alive)
    closed = [status.closed for status in found.values() if status.closed]
    if silent or closed:
        raise Unwell("; ".join([f"{silent} workers reach no sandbox"] * bool(silent) + closed))
    return {"servers": [show_sandbox(status) for status in found.values()]}


def show_sandbox(status: ServerStatus) -> dict[str, Any]:
    """`degraded`: layers that are not required and do not hold."""
    return {
        "slots": status.slots,
        "running": status.running,
        "queued": status.queued,
        "layers": status.layers,
        "degraded": [layer.name for layer in LAYERS.values() if not status.layers.get(layer.name, True)],
    }


def check_beat() -> dict[str, Any]:
    age_s = reports.read_beat_s()
    if age_s is None:
        raise Unwell("beat has sent nothing yet: is it running?")
    late_s = max(BEAT_LATE_S, 3 * settings.REAPER_PERIOD_S)
    if age_s > late_s:
        raise Unwell(f"beat has sent nothing for {age_s:.0f} s: start it again")
    return {"last_s": round(age_s, 1)}


def check_workers() -> dict[str, Any]:
    """Each queue has a worker."""
    alive = [report for report in reports.read_reports() if report.is_alive]
    counts = {queue: sum(queue in report.queues for report in alive) for queue in reports.QUEUES}
    lacking = [queue for queue, count in counts.items() if not count]
    if lacking:
        raise Unwell(f"no worker takes {', '.join(lacking)}: start one with --queues {','.join(reports.QUEUES)}")
    return {"by_queue": counts}


def check_disk() -> dict[str, Any]:
    """Of this host's data folder and of every worker's."""
    disk = shutil.disk_usage(settings.VAR_DIR)
    spaces = {"web": (disk.free, disk.total)}
    spaces |= {report.host: (report.disk_free, report.disk_total) for report in reports_if_any()}
    short = [host for host, (free, total) in spaces.items() if is_short(free, total)]
    if short:
        raise Unwell(f"the disk of the data folder is nearly full: {', '.join(short)}")
    return {"free_mib": {host: free >> 20 for host, (free, _total) in spaces.items()}}


def is_short(free: int, total: int) -> bool:
    return free < min(DISK_SHORT, total * DISK_SHORT_SHARE)


CHECKS: dict[str, Callable[[], dict[str, Any]]] = {
    "database": check_database,
    "migrations": check_migrations,
    "redis": check_redis,
    "broker": check_broker,
    "sandbox": check_sandbox,
    "workers": check_workers,
    "beat": check_beat,
    "disk": check_disk,
}
READY = ("database", "migrations", "redis")
HEALTHY = tuple(CHECKS)
