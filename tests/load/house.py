"""The service as its own processes, each of which can be killed and comes back as under a restart policy."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import ROOT, PostgreSQL, run_postgresql, sandbox_answers, start, start_redis, stop, wait_until
from tests.stack import environment_for, free_port

Process = subprocess.Popen[bytes]
LOGS = ROOT / "var" / "load" / "logs"
QUEUES = "submissions,bulk,lti"
CONCLUDED = re.compile(r"Submission ([0-9a-f-]{36}): (?:graded|errored) ")
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
# Under libfaketime, Python's time.sleep ends with "Invalid argument"; waiting for an event does not.
BEAT_THERE = """\
import sys, threading, time
time.sleep = lambda seconds: threading.Event().wait(seconds)
from celery.__main__ import main
sys.argv[0] = "celery"
sys.exit(main())
"""
RESTART_S = 2.0  # until a supervisor has noticed and starts it again


@dataclass
class House:
    """Web server, worker, beat, sandbox server and Redis under one environment; `logs` in `folder`."""

    folder: Path
    environment: dict[str, str]
    slots: int = field(default_factory=lambda: os.cpu_count() or 2)
    port: int = field(default_factory=free_port)
    postgresql: PostgreSQL | None = None
    processes: dict[str, Process] = field(default_factory=dict)
    clock: Path | None = None  # a file for libfaketime, which the parts that read the clock on the wall run under
    spent_s: dict[str, float] = field(default_factory=dict)  # by those that were killed

    @property
    def redis_socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def sandbox_socket(self) -> Path:
        return Path(self.environment["SANDBOX_SOCKET"])

    @property
    def database(self) -> str:
        return "PostgreSQL" if self.postgresql else "SQLite"

    # --- starting and stopping ----------------------------------------------------------------------------------------

    def start_all(self) -> None:
        self.start_redis()
        self.manage("migrate", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("exercise", "publish")
        self.start_sandbox()
        self.start_worker()
        self.start_beat()
        self.start_web()

    def stop_all(self) -> None:
        for name in reversed(list(self.processes)):
            stop(self.processes.pop(name))

    def _start(self, name: str, command: Sequence[str], **environment: str) -> Path:
        log = self.folder / f"{name}.log"
        whole = self._command([sys.executable, *command])
        if self.clock and name != "sandbox":
            environment |= {"LD_PRELOAD": str(FAKETIME[-1]), "FAKETIME_TIMESTAMP_FILE": str(self.clock)}
            environment |= {"FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.processes[name] = start(whole, log, env=self.environment | {"PYTHONUNBUFFERED": "1"} | environment)
        return log

    def _command(self, command: Sequence[str]) -> list[str]:
        return list(command)

    def start_redis(self) -> None:
        self.processes["redis"] = start_redis(self.redis_socket)

    def start_sandbox(self) -> None:
        socket = self.sandbox_socket
        log = self._start("sandbox", ["-m", "sandbox", "serve", "--socket", str(socket), "--slots", str(self.slots)])
        wait_until(lambda: sandbox_answers(socket), f"sandbox server ({log})", 120)

    def start_worker(self) -> None:
        celery = ["-m", "celery", "-A", "grader.celery", "worker", "-c", str(self.slots), "-l", "INFO", "-Q", QUEUES]
        log = self.folder / "worker.log"
        before = log.stat().st_size if log.exists() else 0
        self._start("worker", [*celery, "--without-gossip", "--without-mingle", "-n", f"w{self.port}@load"])
        wait_until(lambda: b" ready." in log.read_bytes()[before:], f"Celery worker ({log})", 120)

    def start_beat(self) -> None:
        arguments = ["-A", "grader.celery", "beat", "-l", "INFO"]
        self._start("beat", ["-c", BEAT_THERE, *arguments] if self.clock else ["-m", "celery", *arguments])

    def start_web(self) -> None:
        uvicorn = ["-m", "uvicorn", "grader.asgi:application", "--port", str(self.port), "--no-access-log"]
        uvicorn += ["--lifespan", "off", "--timeout-graceful-shutdown", "3"]
        # As deployed: one process beside SQLite (`manage.py up`), two beside PostgreSQL (docker-compose.yml).
        log = self._start("web", uvicorn, WEB_CONCURRENCY="2" if self.postgresql else "1")
        wait_until(self.web_answers, f"web server ({log})", 120)

    def web_answers(self) -> bool:
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2) as answer:
                return bool(answer.status == 200)
        return False

    def kill(self, name: str, whole_group: bool = True) -> None:
        """SIGKILL, with all that it started or alone."""
        process = self.processes.pop(name)
        self.spent_s[name] = self.spent_s.get(name, 0.0) + family_cpu_s(process.pid)
        with suppress(ProcessLookupError):
            if whole_group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()

    # --- asking -------------------------------------------------------------------------------------------------------

    def manage(self, *arguments: str, **environment: str) -> str:
        """Raises AssertionError with what the command said."""
        return self._ask([sys.executable, "manage.py", *arguments], environment)

    def rows(self, verb: str, number: int = 0) -> Any:
        return json.loads(self._ask([sys.executable, "-m", "tests.load.rows", verb, str(number)], {}))

    def _ask(self, command: list[str], environment: dict[str, str]) -> str:
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, f"{' '.join(command)}: {run.stdout}{run.stderr}"
        return run.stdout

    def concluded(self) -> list[str]:
        """The submission of every result that a worker wrote, once for each time that it did, by the workers' logs."""
        logs = sorted(self.folder.glob("worker*.log"))
        return [name for log in logs for name in CONCLUDED.findall(log.read_text(errors="replace"))]

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds of each part with all that it started, those that ended before it included."""
        parts = self.processes | ({"database": self.postgresql.process} if self.postgresql else {})
        return {name: self.spent_s.get(name, 0.0) + family_cpu_s(process.pid) for name, process in parts.items()}

    def zygote(self) -> int:
        """The pid of the process that the sandbox server forks its jobs from."""
        children = Path(f"/proc/{self.processes['sandbox'].pid}/task").glob("*/children")
        pids = [int(pid) for path in children for pid in path.read_text().split()]
        return next(pid for pid in pids if "zygote" in Path(f"/proc/{pid}/cmdline").read_text())


def family_cpu_s(pid: int) -> float:
    """utime and stime of a process, its children that ended, and its living descendants."""
    ticks, total, pids = os.sysconf("SC_CLK_TCK"), 0.0, [pid]
    for member in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / ticks
            for path in Path(f"/proc/{member}/task").glob("*/children"):
                pids += map(int, path.read_text().split())
    return total


class Durable(PostgreSQL):
    """As PostgreSQL comes: with fsync, and its own number of connections."""

    def start(self) -> None:
        serve = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        self.process = start([*serve, "-c", "listen_addresses="], self.folder.with_suffix(".log"), **self.options)
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", "gradus", "-d", "postgres"]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL", 60)


@contextmanager
def house(database: str, results: Path | None = None, own_clock: bool = False, **settings: str) -> Iterator[House]:
    """A fresh service. `results`: the folder for the database, where that is to be on a volume of its own.

    `own_clock`: its clock can be set apart from the machine's.
    """
    with tempfile.TemporaryDirectory(prefix="gradus-load-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        results = results or folder
        with database_at(database, results) as (url, server):
            environment = environment_for(
                folder,
                DATABASE_URL=url,
                REDIS_URL=f"unix://{folder / 'redis.sock'}",
                SANDBOX_SOCKET=str(folder / "sandbox.sock"),
                **settings,
            )
            built = House(folder, environment, postgresql=server, clock=folder / "clock" if own_clock else None)
            if built.clock:
                built.clock.write_text("+0\n")
            try:
                built.start_all()
                yield built
            finally:
                built.stop_all()
                keep_logs(built)


def keep_logs(built: House) -> None:
    """The last run's, for whoever wants to know why."""
    kept = LOGS / built.database.lower()
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for log in built.folder.glob("*.log"):
        shutil.copy(log, kept)


@contextmanager
def database_at(database: str, folder: Path) -> Iterator[tuple[str, PostgreSQL | None]]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'gradus.sqlite3'}", None
        return
    with run_postgresql(folder / "pg", Durable) as server:
        yield f"postgresql://gradus@/postgres?host={folder / 'pg'}", server


def family_pss_mib(pid: int) -> float:
    """Proportional share of memory of a process and its living descendants."""
    total_kib, pids = 0, [pid]
    for member in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total_kib += int(line.split()[1])
            for path in Path(f"/proc/{member}/task").glob("*/children"):
                pids += map(int, path.read_text().split())
    return total_kib / 1024


def wait_for_restart() -> None:
    time.sleep(RESTART_S)
