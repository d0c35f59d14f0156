"""The only door to the sandbox: send a job, get its report."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import msgspec

from sandbox import protocol
from sandbox.policy import CEILING, CODE, MOST_PATIENCE
from sandbox.protocol import Busy, Closed, Job, Refused, Report, ServerStatus, Status

# What the caller calls its jobs at the moment; stands in the server's log beside what became of them.
job_name: ContextVar[str] = ContextVar("job_name", default="")
_START_TIMEOUT_S = 120
_QUEUE_PATIENCE_S = 120


class SandboxUnavailable(Exception):
    """No server answers, or it broke off twice. Nothing was scored; try again later."""


class SandboxBusy(Exception):
    """The server's queue is full. Nothing was run; try again soon."""


class JobRefused(Exception):
    """The job itself is wrong (size, limits, version): trying again does not help."""


class Client:
    """One connection a job. Safe to share between threads."""

    def __init__(self, socket_path: str | Path) -> None:
        self.socket_path = str(socket_path)

    def ping(self) -> ServerStatus:
        """Raises SandboxUnavailable."""
        reply = self._ask(Status(), timeout_s=10)
        if not isinstance(reply, ServerStatus):
            raise SandboxUnavailable(f"{self.socket_path}: unexpected {type(reply).__name__}")
        return reply

    def run(self, job: Job) -> Report:
        """Raises SandboxUnavailable, SandboxBusy, JobRefused.

        A connection that breaks in mid-job (the server was killed) is tried once more: a job has no effects.
        """
        if name := job_name.get():
            job = msgspec.structs.replace(job, name=name)
        # On a starved host a job is given several times its deadline, and is tried twice.
        timeout_s = _QUEUE_PATIENCE_S + 2 * (MOST_PATIENCE * job.limits.wall_s + CEILING.checker_grace_s)
        try:
            reply = self._ask(job, timeout_s)
        except SandboxUnavailable:
            reply = self._ask(job, timeout_s)
        match reply:
            case Report():
                return reply
            case Busy():
                raise SandboxBusy(f"{reply.queued} jobs are waiting")
            case Refused():
                raise JobRefused(reply.reason)
            case Closed():
                raise SandboxUnavailable(f"no job is taken: {reply.reason}")
        raise SandboxUnavailable(f"{self.socket_path}: unexpected {type(reply).__name__}")

    def _ask(self, request: protocol.Request, timeout_s: float) -> protocol.Reply:
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(timeout_s)
                sock.connect(self.socket_path)
                sock.sendall(protocol.frame(request))
                reply: protocol.Reply = protocol.decode_reply(protocol.receive_frame(sock, protocol.MAX_REPORT))
                return reply
        except (OSError, EOFError, protocol.ProtocolError, msgspec.MsgspecError) as error:
            raise SandboxUnavailable(f"{self.socket_path}: {error or type(error).__name__}") from error


@contextmanager
def ensure_server(socket_path: str | Path | None, slots: int | None = None) -> Iterator[Client]:
    """A client of the server that listens at `socket_path`, else of one started for this block alone.

    Raises SandboxUnavailable, with what the server said, when it cannot start.
    """
    if socket_path is not None:
        with suppress(SandboxUnavailable):
            client = Client(socket_path)
            client.ping()
            yield client
            return
    with tempfile.TemporaryDirectory(prefix="gradus-") as folder:
        path = Path(folder) / "sandbox.sock"
        count = str(slots or len(os.sched_getaffinity(0)))
        command = [sys.executable, "-m", "sandbox", "serve", "--socket", str(path), "--slots", count]
        log = Path(folder) / "log"
        with log.open("wb") as stderr:
            process = subprocess.Popen(command, cwd=CODE, stderr=stderr, stdin=subprocess.DEVNULL)
        try:
            _wait_until_ready(process, path, log)
            yield Client(path)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_text(errors="replace").strip()
            raise SandboxUnavailable(said or f"the sandbox server ended with {process.returncode}")
        with suppress(SandboxUnavailable):
            Client(path).ping()
            return
        time.sleep(0.05)
    raise SandboxUnavailable(f"the sandbox server was not ready within {_START_TIMEOUT_S} s")
