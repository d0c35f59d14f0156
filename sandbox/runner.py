"""One job: a pair of forks, a deadline, and what became of them."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox import protocol
from sandbox.forks import Exit, Fork, JailFailed, Zygote
from sandbox.policy import CEILING, MOST_PATIENCE
from sandbox.protocol import Answer, Job, Limits, Outcome, Report, RoleJob, Verdict
from sandbox.watch import Family, watch
from sandbox.zygote import CANARY

_EXIT_WAIT_S, _NEWS_S = 2.0, 1.0
_WORTH_WAITING_S = 0.05
# RLIMIT_CPU counts whole ticks, and so up to twice the time that a process really had on a host without a core to spare.
_BY_TICKS = 0.5
_CLAIMS = {
    Verdict.CLAIMS_MEMORY: Outcome.MEMORY_LIMIT,
    Verdict.CLAIMS_PROCESSES: Outcome.PROCESS_LIMIT,
    Verdict.CLAIMS_OUTPUT: Outcome.OUTPUT_LIMIT,
    Verdict.CLAIMS_EXIT: Outcome.EXITED,
    Verdict.VIOLATED: Outcome.PROTOCOL_VIOLATION,
}


@dataclass
class Pair:
    """A student's and a checker's fork, joined by one socketpair, ready for one job."""

    zygote: Zygote
    student: Fork
    checker: Fork

    @classmethod
    async def fork(cls, zygote: Zygote, canary: bool = False) -> Pair:
        """`canary`: the prober's roles instead of the harness's. Raises JailFailed; then nothing of it is left."""
        prefix = CANARY if canary else ""
        ends = socket.socketpair()
        try:
            both = await asyncio.gather(
                zygote.fork(f"{prefix}student", ends[0]),
                zygote.fork(f"{prefix}checker", ends[1]),
                return_exceptions=True,
            )
        finally:
            for end in ends:
                end.close()
        student, checker = both
        if isinstance(student, BaseException) or isinstance(checker, BaseException):
            for fork in both:
                if isinstance(fork, Fork):
                    await zygote.dispose(fork)
            raise next(error for error in both if isinstance(error, BaseException))
        return cls(zygote, student, checker)

    @property
    def is_waiting(self) -> bool:
        return not (self.zygote.dead.is_set() or self.student.exited.done() or self.checker.exited.done())

    def waited_for_core_s(self) -> float:
        """How long the two were ready to run, but others had the core."""
        return self.student.waited_for_core_s() + self.checker.waited_for_core_s()

    def used_s(self) -> float:
        """CPU seconds of both with all that they started."""
        return Family.of(self.student.pid).cpu_s + self.checker.cpu_ms() / 1e3

    def kill(self) -> None:
        self.student.kill()
        self.checker.kill()

    async def is_lost(self) -> bool:
        """Its zygote died under it. The news may still be on its way."""
        with suppress(TimeoutError):
            return bool(await asyncio.wait_for(self.zygote.dead.wait(), _NEWS_S))
        return False

    async def dispose(self) -> None:
        """Kill, reap, and leave nothing behind."""
        await asyncio.gather(self.zygote.dispose(self.student), self.zygote.dispose(self.checker))


async def run(job: Job, pair: Pair, core: int) -> Report:
    """Run one job to its end or its deadline. The pair is used up, and the caller disposes of it.

    Raises JailFailed when one of the pair was dead before its part could reach it: then nothing was run.
    """
    started = time.perf_counter()
    for fork in (pair.student, pair.checker):
        fork.pin(core)
    spent_ms = pair.student.cpu_ms()  # on getting ready
    try:
        answer, killed_for = await _converse(job, pair, spent_ms)
    except ConnectionError as error:  # closed with its part unread
        raise JailFailed(f"a fork died before its job: {error}") from error
    except (OSError, EOFError, protocol.ProtocolError, msgspec.MsgspecError) as error:
        said = pair.checker.stderr.drain().decode(errors="replace").strip()
        return _our_fault(f"{type(error).__name__}: {error} {said}".strip(), started)
    outcome, signal_number = await _outcome(pair.student, answer.verdict, killed_for, job.limits)
    return Report(
        outcome=outcome,
        answer=answer.body,
        stdout=pair.student.stdout.drain(),
        stderr=pair.student.stderr.drain(),
        wall_ms=(time.perf_counter() - started) * 1e3,
        cpu_ms=max(0.0, pair.student.cpu_ms() - spent_ms),
        peak_mib=pair.student.peak_mib(),
        exit_signal=signal_number,
    )


def _our_fault(detail: str, started: float) -> Report:
    wall_ms = (time.perf_counter() - started) * 1e3
    return Report(Outcome.SANDBOX_ERROR, b"", b"", b"", wall_ms, 0.0, 0.0, detail=detail[:4000])


async def _converse(job: Job, pair: Pair, spent_ms: float) -> tuple[Answer, Outcome | None]:
    """Hand out the two parts and wait for the checker's answer; kill the student's process when its time is up.

    The checker then sees the end of its peer, marks what is left as unanswered, and still reports.
    """
    limits = job.limits
    if pair.student.cgroup:
        pair.student.cgroup.lower_memory(limits.memory_mib)
    loop = asyncio.get_running_loop()
    # The student's limits are not the checker's: large answers could make it fail over them, as if by our fault.
    checker_part = RoleJob(job.checker, CEILING.memory_mib, CEILING.cpu_s)
    student_part = RoleJob(job.student, limits.memory_mib, limits.cpu_s)
    for fork, part in ((pair.checker, checker_part), (pair.student, student_part)):
        await loop.sock_sendall(fork.control, protocol.frame(part))
    pair.student.control.close()
    student = pair.student
    killed_for: Outcome | None = None
    answer = asyncio.create_task(_read_answer(pair.checker.control))
    flood = asyncio.create_task(student.flooded.wait())
    over_limit = asyncio.create_task(watch(student, limits, spent_ms))
    try:
        starved = await _until_deadline({answer, flood, over_limit}, pair, limits)
        if starved:
            raise JailFailed(f"the job got no core for most of {MOST_PATIENCE * limits.wall_s:.0f} s")
        if not answer.done():
            why = over_limit.result() if over_limit.done() else Outcome.TIME_LIMIT
            killed_for = Outcome.OUTPUT_LIMIT if flood.done() else why
            student.kill()
        async with asyncio.timeout(CEILING.checker_grace_s):
            return await answer, killed_for
    finally:
        for task in (answer, flood, over_limit):
            task.cancel()


async def _until_deadline(events: set[asyncio.Task[Any]], pair: Pair, limits: Limits) -> bool:
    """Wait for the first event or the deadline; time that the pair only waited for a core does not count against it.

    True when even several deadlines later it had hardly had one: that says nothing about the submission.
    """
    started, waited_before_s = time.perf_counter(), pair.waited_for_core_s()
    used_before_s = (pair.student.cpu_ms() + pair.checker.cpu_ms()) / 1e3  # they have started nothing yet
    patience_s = limits.wall_s
    while True:
        left_s = patience_s - (time.perf_counter() - started)
        done, _ = await asyncio.wait(events, timeout=max(0.0, left_s), return_when=asyncio.FIRST_COMPLETED)
        if done:
            return False
        used_s = pair.used_s() - used_before_s
        # What it waited for its own processes, which share one core, is its own doing.
        waited_s = min(pair.waited_for_core_s() - waited_before_s, patience_s - used_s)
        if patience_s >= MOST_PATIENCE * limits.wall_s:
            return waited_s > patience_s / 2 and used_s < limits.cpu_s / 4 and not pair.student.crowded
        longer_s = min(limits.wall_s + waited_s, MOST_PATIENCE * limits.wall_s)
        if longer_s < patience_s + _WORTH_WAITING_S:
            return False
        patience_s = longer_s


async def _read_answer(control: socket.socket) -> Answer:
    loop = asyncio.get_running_loop()

    async def exactly(count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            chunk = await loop.sock_recv(control, min(1 << 18, count - len(parts)))
            if not chunk:
                raise EOFError("the checker ended without an answer")
            parts += chunk
        return bytes(parts)

    length = protocol.body_length(await exactly(protocol.HEADER.size), CEILING.answer)
    return protocol.decode_answer(await exactly(length))


async def _outcome(student: Fork, verdict: Verdict, killed_for: Outcome | None, limits: Limits) -> tuple[Outcome, int]:
    """The outcome, and the signal that ended the student's process (0: none). What the kernel saw comes first."""
    if verdict is Verdict.ANSWERED and killed_for is None:
        return (Outcome.OUTPUT_LIMIT if student.flooded.is_set() else Outcome.OK), 0
    if student.cgroup and student.cgroup.out_of_memory():
        return Outcome.MEMORY_LIMIT, 0
    if (student.cgroup and student.cgroup.out_of_processes()) or (killed_for and student.crowded):
        return Outcome.PROCESS_LIMIT, 0
    if killed_for:
        return killed_for, 0
    if verdict in _CLAIMS:
        return _CLAIMS[verdict], 0
    ended: Exit | None = None
    with suppress(TimeoutError):
        ended = await asyncio.wait_for(asyncio.shield(student.exited), _EXIT_WAIT_S)
    if ended is None:  # it lives, but closed the socket to its peer
        return Outcome.PROTOCOL_VIOLATION, 0
    return outcome_of_exit(ended, limits), max(0, -ended.status)


def outcome_of_exit(ended: Exit, limits: Limits) -> Outcome:
    """What the end of the student's first process says, where nobody here ended it."""
    if ended.status >= 0:
        return Outcome.EXITED
    number = -ended.status
    if number == signal.SIGSYS:
        return Outcome.FORBIDDEN_SYSCALL
    if number == signal.SIGXFSZ:
        return Outcome.OUTPUT_LIMIT
    if number in (signal.SIGXCPU, signal.SIGKILL) and ended.cpu_ms >= _BY_TICKS * limits.cpu_s * 1e3:
        return Outcome.TIME_LIMIT
    return Outcome.CRASHED
