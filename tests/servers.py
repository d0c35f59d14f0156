"""Real servers for tests: each is started for a block, waited for, and stopped with it."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import redis

from sandbox.client import Client, SandboxUnavailable

ROOT = Path(__file__).resolve().parent.parent


def wait_until(ready: Callable[[], bool], what: str, timeout_s: float = 30) -> None:
    """Poll until it is so. Raises AssertionError that names what did not happen."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s} s"
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], how: int = signal.SIGTERM, timeout_s: float = 10) -> None:
    """End a process and all it started (it was started as leader of its own session)."""
    with suppress(ProcessLookupError):
        process.send_signal(how)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        pass
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start(command: Sequence[str], log: Path, **options: object) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, with its output in a file."""
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **options
        )


def start_redis(socket_path: Path) -> subprocess.Popen[bytes]:
    """A Redis that listens on the socket only and keeps nothing on disk."""
    program = shutil.which("redis-server")
    assert program, "redis-server is not on the PATH: install Debian's package redis-server"
    socket_path.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "--port", "0", "--unixsocket", str(socket_path), "--save", "", "--appendonly", "no"]
    process = start([*command, "--dir", str(socket_path.parent)], socket_path.with_suffix(".log"))

    def answers() -> bool:
        with suppress(redis.RedisError), redis.Redis(unix_socket_path=str(socket_path)) as client:
            return bool(client.ping())
        return False

    wait_until(answers, "redis-server")
    return process


@contextmanager
def run_redis(socket_path: Path) -> Iterator[None]:
    """The same for a block."""
    process = start_redis(socket_path)
    try:
        yield
    finally:
        stop(process)


def find_postgresql() -> Path:
    """The folder of the newest installed PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not installed: install Debian's package postgresql"
    return found[-1].parent


class PostgreSQL:
    """A cluster's server, which can be restarted as after a power cut."""

    def __init__(self, folder: Path, programs: Path, options: dict[str, object]) -> None:
        self.folder, self.programs, self.options = folder, programs, options

    def start(self) -> None:
        serve = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        serve += ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"]
        self.process = start(serve, self.folder.with_suffix(".log"), **self.options)
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", "gradus", "-d", "postgres"]
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")

    def restart(self) -> None:
        """Break every connection off and come back after two seconds."""
        stop(self.process, signal.SIGQUIT)
        time.sleep(2)
        self.start()


@contextmanager
def run_postgresql(folder: Path, kind: type[PostgreSQL] = PostgreSQL) -> Iterator[PostgreSQL]:
    """A fresh cluster with the superuser `gradus`, on a Unix socket in `folder` only."""
    programs = find_postgresql()
    folder.mkdir(mode=0o755, parents=True)
    options: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    make = [str(programs / "initdb"), "--pgdata", str(data), "--username", "gradus", "--auth", "trust"]
    subprocess.run(
        [*make, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
        check=True, capture_output=True, cwd="/", **options,  # type: ignore[call-overload]
    )  # fmt: skip
    server = kind(folder, programs, options)
    server.start()
    try:
        yield server
    finally:
        stop(server.process, signal.SIGINT)


def sandbox_answers(socket_path: Path) -> bool:
    with suppress(SandboxUnavailable):
        Client(socket_path).ping()
        return True
    return False


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock beside the path against the other test processes."""
    with path.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_started: dict[int, subprocess.Popen[bytes]] = {}


@contextmanager
def share_sandbox(socket_path: Path) -> Iterator[None]:
    """One sandbox server for all test processes: the first starts it, the last stops it."""
    users = socket_path.with_suffix(".users")
    with lock(users):
        using = users.read_text().split() if users.exists() else []
        if not using:
            command = [sys.executable, "-m", "sandbox", "serve", "--socket", str(socket_path), "--slots", "2"]
            process = start(command, socket_path.with_suffix(".log"))
            try:
                wait_until(lambda: process.poll() is not None or sandbox_answers(socket_path), "sandbox server", 120)
                assert process.poll() is None, socket_path.with_suffix(".log").read_text(errors="replace")
            except BaseException:
                stop(process)
                raise
            using = [str(process.pid)]
            _started[process.pid] = process
        users.write_text(" ".join([*using, str(os.getpid())]))
    try:
        yield
    finally:
        with lock(users):
            server, *others = users.read_text().split()
            others.remove(str(os.getpid()))
            users.write_text(" ".join([server, *others]) if others else "")
            if not others:
                end_server(int(server), socket_path)


def end_server(pid: int, socket_path: Path) -> None:
    """End the sandbox server, which another test process may have started."""
    if pid in _started:
        return stop(_started.pop(pid))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not sandbox_answers(socket_path), "the sandbox server's end")
    return None
