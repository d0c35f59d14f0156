"""The product as real processes: uvicorn, a Celery worker with beat, Redis; the sandbox server is shared."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.servers import ROOT, lock, run_redis, start, stop, wait_until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """Web server and worker under one environment. Logs are in `folder`."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    logins: dict[str, str] = field(default_factory=dict)
    worker: subprocess.Popen[bytes] | None = None
    web: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a management command; gives what it printed. Raises AssertionError with its error output."""
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, f"{' '.join(arguments)}: {run.stdout}{run.stderr}"
        return run.stdout

    def start_web(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "grader.asgi:application", "--port", str(self.port)]
        self.web = start([*command, "--lifespan", "off"], self.folder / "web.log", env=self.environment)
        wait_until(self._web_answers, f"web server ({self.folder / 'web.log'})")

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/livez", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def start_worker(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "grader.celery", "worker", "--beat", "-c", "2", "-l", "INFO"]
        command += ["-Q", "submissions,bulk,lti", "--without-gossip", "--without-mingle", "-n", f"w{self.port}@test"]
        log = self.folder / "worker.log"
        # Beat remembers its last tasks in this file; killed in mid-write, it must not speak for the next worker.
        command += ["-s", str(self.folder / "beat")]
        before = log.stat().st_size if log.exists() else 0
        self.worker = start(command, log, env=self.environment)
        wait_until(lambda: b" ready." in log.read_bytes()[before:], f"Celery worker ({log})")

    def kill_worker(self) -> None:
        """SIGKILL to the worker and all its children at once, as when the machine fails."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.worker = None

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is not None:
                stop(process)
        self.web = self.worker = None

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.environment["REDIS_URL"])


def environment_for(folder: Path, **settings: str) -> dict[str, str]:
    """The suite's environment with DEBUG off, as a server would have it."""
    return {**os.environ, "GRADUS_VAR": str(folder), "DEBUG": "0", "HTTPS": "0", "PYTHONUNBUFFERED": "1", **settings}


def demo_environment(folder: Path, sandbox_socket: Path) -> dict[str, str]:
    return environment_for(
        folder,
        DATABASE_URL=f"sqlite:///{folder / 'gradus.sqlite3'}",
        REDIS_URL=f"unix://{folder / 'redis.sock'}",
        SANDBOX_SOCKET=str(sandbox_socket),
        RUNS_PER_MINUTE="1000",
    )


def prepare_demo(folder: Path, sandbox_socket: Path) -> None:
    """Make a folder with the database, collected files and secrets of a demo course, to be copied."""
    unfinished = folder.with_suffix(".new")
    unfinished.mkdir()
    stack = Stack(unfinished, demo_environment(unfinished, sandbox_socket))
    with run_redis(unfinished / "redis.sock"):
        stack.manage("migrate", "-v0")
        stack.manage("collectstatic", "--noinput", "-v0")
        stack.manage("exercise", "publish")
        stack.manage("setup_demo", DEBUG="1")
    unfinished.rename(folder)


@contextmanager
def demo_stack(folder: Path, sandbox_socket: Path, prepared: Path) -> Iterator[Stack]:
    """The whole product on a SQLite database of its own, with the bundled exercises and the demo course.

    The first test process prepares them in the folder `prepared`; each works on a copy.
    """
    with lock(prepared):
        if not prepared.exists():
            prepare_demo(prepared, sandbox_socket)
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.sock"))
    stack = Stack(folder, demo_environment(folder, sandbox_socket))
    with run_redis(folder / "redis.sock"):
        try:
            password = (folder / "demo_password").read_text().strip()
            stack.logins = dict.fromkeys(("teacher", "student1", "student2"), password)
            stack.start_worker()
            stack.start_web()
            yield stack
        finally:
            stack.stop()
