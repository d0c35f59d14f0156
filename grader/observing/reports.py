"""Reports of workers and beat, kept in Redis: who is there, which queues they take, and how their sandbox does.

Each worker's main process reports from a thread of its own, since a sandbox that hangs must not keep it from its work.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from typing import Any

import msgspec
import redis
from celery.signals import after_task_publish, beat_embedded_init, beat_init, worker_ready, worker_shutting_down
from django.conf import settings

from grader.submissions.live import TIMEOUT_S, redis_client
from sandbox.client import Client, SandboxUnavailable
from sandbox.protocol import ServerStatus

logger = logging.getLogger(__name__)
WORKERS, BEAT = "observing:workers", "observing:beat"
PERIOD_S = 5.0
LOST_S = 20.0  # several reports that did not come
FORGOTTEN_S = 3600.0
QUEUES = ("submissions", "bulk", "lti")


class WorkerReport(msgspec.Struct, frozen=True):
    """`sandbox`: what the server on that host says; None when none answers, `problem` then tells why."""

    host: str
    at: float
    processes: int
    queues: list[str]
    disk_free: int
    disk_total: int
    sandbox: ServerStatus | None = None
    problem: str = ""

    @property
    def is_alive(self) -> bool:
        return time.time() - self.at < LOST_S

    @property
    def lacks_sandbox(self) -> bool:
        """It grades and cannot. Who only tells platforms of grades needs none."""
        return self.sandbox is None and self.queues != ["lti"]


def follow_workers() -> None:
    """Have each worker report while it runs, and beat leave a sign with every task that it sends."""
    worker_ready.connect(begin_reporting, weak=False, dispatch_uid="gradus.reports")
    worker_shutting_down.connect(end_reporting, weak=False, dispatch_uid="gradus.reports")
    for signal in (beat_init, beat_embedded_init):
        signal.connect(watch_beat, weak=False, dispatch_uid="gradus.reports")


# --- workers ----------------------------------------------------------------------------------------------------------

_over = threading.Event()


def begin_reporting(sender: Any = None, **_: Any) -> None:
    """The worker takes tasks from now on. `sender` is its consumer."""
    queues = sorted(queue.name for queue in sender.task_consumer.queues)
    work = (str(sender.hostname), queues, int(sender.controller.concurrency))
    threading.Thread(target=report_on, args=work, name="reports", daemon=True).start()


def report_on(host: str, queues: list[str], processes: int) -> None:
    # A connection of its own: the pool of this process is shared with children that are forked at any moment.
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    while True:
        report = make_report(host, queues, processes)
        try:
            client.hset(WORKERS, host, msgspec.json.encode(report))
        except (redis.RedisError, OSError) as error:
            logger.debug("No report: %s", type(error).__name__)
        if _over.wait(PERIOD_S):
            break
    try:
        client.hdel(WORKERS, host)
    except (redis.RedisError, OSError):
        pass


def make_report(host: str, queues: list[str], processes: int) -> WorkerReport:
    disk = shutil.disk_usage(settings.VAR_DIR)
    sandbox, problem = None, ""
    try:
        sandbox = Client(settings.SANDBOX_SOCKET).ping()
    except SandboxUnavailable:
        problem = "SandboxUnavailable"
    return WorkerReport(host, time.time(), processes, queues, disk.free, disk.total, sandbox, problem)


def end_reporting(**_: Any) -> None:
    """A worker that is stopped in good order is not missed."""
    _over.set()


def read_reports() -> list[WorkerReport]:
    """Of every worker that has reported within the hour, the lost ones among them. Raises redis.RedisError."""
    found = []
    for name, body in redis_client().hgetall(WORKERS).items():
        try:
            report = msgspec.json.decode(body, type=WorkerReport)
        except msgspec.MsgspecError:  # of another release
            continue
        if time.time() - report.at < FORGOTTEN_S:
            found.append(report)
        else:
            redis_client().hdel(WORKERS, name)
    return sorted(found, key=lambda report: report.host)


def sandboxes(reports: list[WorkerReport]) -> dict[str, ServerStatus]:
    """Each sandbox server once, by its own name, however many workers share it."""
    alive = [report.sandbox for report in reports if report.is_alive and report.sandbox]
    return {status.server: status for status in alive}


# --- beat -------------------------------------------------------------------------------------------------------------


def watch_beat(**_: Any) -> None:
    """This process is beat: what it has sent is its sign of life."""
    after_task_publish.connect(tick, weak=False, dispatch_uid="gradus.beat")


def tick(**_: Any) -> None:
    try:
        redis_client().set(BEAT, time.time())
    except redis.RedisError as error:
        logger.debug("No sign of beat: %s", type(error).__name__)


def read_beat_s() -> float | None:
    """Seconds since beat has last sent something; None when it never has. Raises redis.RedisError."""
    at = redis_client().get(BEAT)
    return max(0.0, time.time() - float(at)) if at else None
