"""`python -m sandbox serve`: takes jobs on a unix socket and runs each in a fresh pair of jailed forks.

Trusted and small: no torch, no exercise, no decoding of anything that a student's process said.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from sandbox import protocol, selfcheck
from sandbox.forks import JailFailed
from sandbox.log import say
from sandbox.policy import CEILING
from sandbox.pool import Pool
from sandbox.protocol import Busy, Closed, Job, Limits, Outcome, Refused, Report, ServerStatus
from sandbox.runner import Pair, run

HARNESS = "exercises.harness.roles"
QUEUE = 256
CANARY_S, CANARY_RETRY_S = 180.0, 15.0
NAME = re.compile(r"[\w./-]{1,160}", re.ASCII)


@dataclass
class Server:
    """`slots` jobs run at once, each pinned to a core; `QUEUE` more wait their turn; then the answer is Busy."""

    slots: int
    harness: str = HARNESS
    running: int = 0
    queued: int = 0
    jobs: int = 0
    layers: dict[str, bool] = field(default_factory=dict)
    closed: str = ""
    name: str = field(default_factory=lambda: secrets.token_hex(4))

    async def start(self) -> None:
        """Raises JailFailed where a required layer does not hold: then no job is ever taken."""
        cores = sorted(os.sched_getaffinity(0))
        self._free_cores: asyncio.Queue[int] = asyncio.Queue()
        for slot in range(self.slots):
            self._free_cores.put_nowait(cores[slot % len(cores)])
        self._pool = Pool(self.slots, self.harness)
        try:
            await self.prove()
            if self.closed:
                raise JailFailed(self.closed)
            await self._pool.refill()
        except BaseException:
            await self._pool.stop()
            raise
        self._canary = asyncio.create_task(self._keep_proving())

    async def stop(self) -> None:
        self._canary.cancel()
        await self._pool.stop()

    # The canary

    async def prove(self) -> None:
        """Let a prober try every wall; close the intake while a required one does not hold."""
        try:
            rows = await self._pool.inspect()
            lacking = selfcheck.missing(rows)
            self.layers = {row.layer.name: row.holds for row in rows}
            closed = "; ".join(f"{row.layer.name}: {row.seen}; remedy: {row.layer.remedy}" for row in lacking)
        except (JailFailed, OSError, TimeoutError) as error:
            closed = f"no jail: {error}; remedy: {selfcheck.NO_JAIL_REMEDY}"
        if closed != self.closed:
            say("closed: " + closed if closed else "open again", "error" if closed else "info")
        self.closed = closed

    async def _keep_proving(self) -> None:
        while True:
            await asyncio.sleep(CANARY_RETRY_S if self.closed else CANARY_S)
            await self.prove()

    # Connections

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            reply = await self._reply(reader)
            if reply is not None:
                writer.write(protocol.frame(reply))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away; it will ask again
        finally:
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader) -> protocol.Reply | None:
        try:
            length = protocol.body_length(await reader.readexactly(protocol.HEADER.size), protocol.MAX_JOB)
            request = protocol.decode_request(await reader.readexactly(length))
        except (protocol.ProtocolError, msgspec.MsgspecError) as error:
            return Refused(str(error))
        if not isinstance(request, Job):
            return ServerStatus(self.slots, self.running, self.queued, self.jobs, self.layers, self.closed, self.name)
        if self.closed:
            return Closed(self.closed)
        if reason := _limits_refused(request.limits):
            return Refused(reason)
        if self.queued >= QUEUE:
            return Busy(self.queued)
        came = time.perf_counter()
        self.queued += 1
        try:
            core = await self._free_cores.get()
        finally:
            self.queued -= 1
        if reader.at_eof():  # it gave up while it waited
            self._free_cores.put_nowait(core)
            return None
        return await self._run(request, core, (time.perf_counter() - came) * 1e3)

    async def _run(self, job: Job, core: int, waited_ms: float) -> Report:
        self.running += 1
        try:
            report, lost = await self._try(job, core)
            if lost:  # once more, in forks that did not live through whatever it was: a job has no effects
                self._pool.drop_spares()
                report, _ = await self._try(job, core)
            tell(job, report, waited_ms, tries=1 + lost)
            return report
        finally:
            self.running -= 1
            self.jobs += 1
            self._free_cores.put_nowait(core)

    async def _try(self, job: Job, core: int) -> tuple[Report, bool]:
        """The report, and whether the job's forks were lost: then it says nothing about the submission."""
        pair: Pair | None = None
        try:
            pair = await self._pool.take()
            if NAME.fullmatch(job.name):
                say("forks", job=job.name, student=pair.student.pid, checker=pair.checker.pid, core=core)
            report = await run(job, pair, core)
            return report, report.outcome is Outcome.SANDBOX_ERROR and await pair.is_lost()
        except JailFailed as error:
            return Report(Outcome.SANDBOX_ERROR, b"", b"", b"", 0.0, 0.0, 0.0, detail=str(error)), True
        finally:
            self._pool.give_back(pair)


def tell(job: Job, report: Report, waited_ms: float, tries: int) -> None:
    """One line of what became of a job that its sender named. No word of its report: that came out of a jail."""
    if NAME.fullmatch(job.name):
        say(
            "job", "error" if report.outcome is Outcome.SANDBOX_ERROR else "info",
            job=job.name, outcome=report.outcome.value, tries=tries, waited_ms=round(waited_ms, 1),
            wall_ms=round(report.wall_ms, 1), cpu_ms=round(report.cpu_ms, 1), peak_mib=round(report.peak_mib, 1),
        )  # fmt: skip


def _limits_refused(limits: Limits) -> str:
    for name in ("wall_s", "cpu_s", "memory_mib"):
        value, most = getattr(limits, name), getattr(CEILING, name)
        if not 0 < value <= most:
            return f"limits.{name}: {value}: must be above 0 and at most {most}"
    return ""


async def serve(socket_path: Path, slots: int, harness: str = HARNESS) -> None:
    """Serve until SIGTERM or SIGINT. Raises JailFailed before it listens, OSError when the path is in use."""
    server = Server(slots, harness)
    _claim(socket_path)
    await server.start()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    listener = await asyncio.start_unix_server(server.handle, socket_path, backlog=4 * QUEUE)
    os.chmod(socket_path, 0o660)
    say(f"ready on {socket_path} with {slots} slots")
    try:
        await stopping.wait()
    finally:
        listener.close()
        await server.stop()
        with suppress(FileNotFoundError):
            socket_path.unlink()


def _claim(socket_path: Path) -> None:
    """Remove a socket that nobody listens on any more."""
    import socket

    socket_path.parent.mkdir(parents=True, exist_ok=True)
    if not socket_path.exists():
        return
    if not stat.S_ISSOCK(socket_path.stat().st_mode):
        raise OSError(f"{socket_path}: not a socket; choose another path or remove the file")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_path))
        except ConnectionRefusedError:
            socket_path.unlink()
            return
    raise OSError(f"{socket_path}: another sandbox server listens here; stop it or choose another path")
