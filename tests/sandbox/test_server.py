"""The server under load, abuse and accidents: nothing is lost, nothing is left, and every refusal says why."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from exercises.harness import parts
from sandbox import protocol
from sandbox.client import Client, JobRefused, SandboxBusy, SandboxUnavailable, ensure_server
from sandbox.forks import Exit, JailFailed, Zygote
from sandbox.policy import CEILING, CODE
from sandbox.pool import Pool
from sandbox.protocol import Job, Limits, Outcome, Report
from sandbox.runner import Pair, outcome_of_exit
from sandbox.server import QUEUE

from . import traces
from .conftest import SOLUTION, make_job
from .test_redteam import FOLDER, header

pytestmark = pytest.mark.timeout(600)  # a zygote that is started again imports torch again
START_S = 240
SLEEPER = "import time\n\ndef double(x):\n    time.sleep(3)\n    return x * 2\n"
LIMITS = Limits(wall_s=30.0, cpu_s=10, memory_mib=256)


def launch(path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sandbox", "serve", "--socket", str(path), "--slots", "2"]
    return subprocess.Popen(command, cwd=CODE, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)


@contextmanager
def listening(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Client]]:
    process, client = launch(path), Client(path)
    try:
        deadline = time.monotonic() + START_S
        while True:
            with suppress(SandboxUnavailable):
                client.ping()
                break
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, "the server is not ready"
            time.sleep(0.05)
        yield process, client
    finally:
        process.kill()
        process.wait()
        assert process.stderr
        process.stderr.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server for accidents, started over the socket of one that died without cleaning up."""
    path = tmp_path_factory.mktemp("sandbox") / "sandbox.sock"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    with listening(path) as (_, client):
        yield client


def graded(report: Report) -> tuple[Outcome, float]:
    findings = parts.decode_findings(report.answer) if report.answer else parts.Findings()
    return report.outcome, sum(test.points for test in findings.tests)


def assert_honest_passes(client: Client) -> None:
    report = client.run(make_job(SOLUTION, LIMITS))
    assert graded(report) == (Outcome.OK, 2.0), report


def send_job(client: Client, source: str = SLEEPER) -> socket.socket:
    """A job whose answer nobody waits for yet."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(300)
    sock.connect(client.socket_path)
    sock.sendall(protocol.frame(make_job(source, LIMITS)))
    return sock


def answer_of(sock: socket.socket) -> protocol.Reply:
    with sock:
        return protocol.decode_reply(protocol.receive_frame(sock, protocol.MAX_REPORT))


def wait_until(true: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.02)


def running_forks(client: Client) -> list[int]:
    """The two forks of the only running job: the oldest, since the spares that take their place come later."""
    wait_until(lambda: client.ping().running == 1, "a running job")
    time.sleep(0.5)
    return sorted(traces.fork_pids(traces.server_pid(client)))[:2]


# Requests


def test_a_stale_socket_was_replaced_and_jobs_run(client: Client) -> None:
    assert_honest_passes(client)
    assert Path(client.socket_path).stat().st_mode & 0o777 == 0o660
    status = client.ping()
    assert (status.slots, status.running, status.queued, status.closed) == (2, 0, 0, "")
    assert status.layers["seccomp"] and status.layers["network-namespace"]


@pytest.mark.parametrize(
    "limits",
    [
        {"wall_s": 0.0}, {"wall_s": -1.0}, {"wall_s": math.nan}, {"wall_s": math.inf}, {"wall_s": CEILING.wall_s + 1},
        {"cpu_s": 0}, {"cpu_s": -1}, {"cpu_s": CEILING.cpu_s + 1},
        {"memory_mib": 0}, {"memory_mib": -1}, {"memory_mib": CEILING.memory_mib + 1}, {"memory_mib": 1 << 62},
    ],
    ids=str,
)  # fmt: skip
def test_limits_beyond_the_ceiling_are_refused_by_name(client: Client, limits: dict[str, float]) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.settimeout(10)
        sock.connect(client.socket_path)
        sock.sendall(protocol.frame(make_job(SOLUTION, Limits(**limits))))  # type: ignore[arg-type]
        reply = answer_of(sock)
    assert isinstance(reply, protocol.Refused)
    assert reply.reason.startswith(f"limits.{next(iter(limits))}: ")
    assert "must be above 0 and at most" in reply.reason


def test_a_refusal_reaches_the_client_with_its_reason(client: Client) -> None:
    with pytest.raises(JobRefused, match=r"limits\.cpu_s: 0: must be above 0"):
        client.run(make_job(SOLUTION, Limits(cpu_s=0)))


GARBAGE = {
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "newer version": b"GRD\x02" + bytes(4),
    "too long": struct.pack("<4sI", protocol.MAGIC, 0xFFFFFFFF),
    "no message": struct.pack("<4sI", protocol.MAGIC, 0),
    "wrong message": struct.pack("<4sI", protocol.MAGIC, 3) + b"\xc1\xc1\xc1",
    "a reply": protocol.frame(protocol.Busy(3)),
    "wrong types": struct.pack("<4sI", protocol.MAGIC, 2) + b"\x81\xa0",
    "nested": struct.pack("<4sI", protocol.MAGIC, 100_004) + b"\x81\xa1x" + b"\x91" * 100_000 + b"\xc0",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_refused_with_its_reason(client: Client, name: str) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.settimeout(10)
        sock.connect(client.socket_path)
        sock.sendall(GARBAGE[name])
        reply = answer_of(sock)
    assert isinstance(reply, protocol.Refused)
    assert reply.reason
    if name == "newer version":
        assert "version 2, expected 1" in reply.reason
    assert client.ping().running == 0


@pytest.mark.parametrize("data", [b"", b"G", b"GRD\x01", struct.pack("<4sI", protocol.MAGIC, 1000) + b"\x80"], ids=repr)
def test_a_client_that_hangs_up_in_mid_request_is_forgotten(client: Client, data: bytes) -> None:
    before = traces.wait_until_idle(client)
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.connect(client.socket_path)
        sock.sendall(data)
    traces.wait_until_idle(client, before)


def test_a_payload_that_no_harness_reads_is_our_error_and_no_crash(client: Client) -> None:
    report = client.run(Job(b"\xc1 not a part", b"\xc1 not a part", LIMITS))
    assert report.outcome is Outcome.SANDBOX_ERROR
    assert "DecodeError" in report.detail
    assert_honest_passes(client)


# The queue


def test_a_full_queue_answers_busy_and_empties_when_clients_leave(client: Client) -> None:
    before = traces.wait_until_idle(client)
    with ExitStack() as stack:
        for _ in range(QUEUE + 2):
            stack.enter_context(closing(send_job(client)))
        wait_until(lambda: client.ping().queued == QUEUE, "a full queue")
        with pytest.raises(SandboxBusy, match=f"{QUEUE} jobs are waiting"):
            client.run(make_job(SOLUTION, LIMITS))
        jobs = client.ping().jobs
    wait_until(lambda: client.ping().queued == 0, "an empty queue")  # as soon as a slot is free
    assert_honest_passes(client)
    assert client.ping().jobs <= jobs + 6, "jobs were run that nobody waited for"
    traces.wait_until_idle(client, before)


def test_jobs_wait_their_turn_in_order(client: Client) -> None:
    traces.wait_until_idle(client)
    done: list[str] = []
    sleepers = [send_job(client) for _ in range(2)]
    wait_until(lambda: client.ping().running == 2, "two running jobs")

    def ask(name: str) -> None:
        assert_honest_passes(client)
        done.append(name)

    waiting = []
    for number in range(4):
        waiting.append(threading.Thread(target=ask, args=(f"{number}",)))
        waiting[-1].start()
        wait_until(lambda: client.ping().queued == len(waiting), "one more in the queue")
    for thread in waiting:
        thread.join(30)
    for sleeper in sleepers:
        assert isinstance(answer_of(sleeper), Report)
    assert set(done[:2]) == {"0", "1"}
    assert set(done[2:]) == {"2", "3"}


# Accidents


@pytest.mark.parametrize("victim", ["zygote", pytest.param("stub", marks=pytest.mark.soak)])
def test_a_killed_zygote_loses_no_job(client: Client, victim: str) -> None:
    traces.wait_until_idle(client)
    server = traces.server_pid(client)
    with closing(send_job(client)) as job:
        running_forks(client)
        zygote = traces.zygote_pid(server)
        os.kill(zygote if victim == "zygote" else int(_stat(zygote)[1]), signal.SIGKILL)
        reply = answer_of(job)
    assert isinstance(reply, Report)
    assert graded(reply) == (Outcome.OK, 2.0), reply
    assert_honest_passes(client)
    traces.wait_until_idle(client)
    assert traces.zygote_pid(server) != zygote


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@pytest.mark.parametrize("number", [0, 1], ids=["one", "other"])
def test_a_killed_fork_ends_its_job_alone(client: Client, number: int) -> None:
    """Killed from outside, the student's process "crashed"; without its checker there is nothing but our error."""
    before = traces.wait_until_idle(client)
    with closing(send_job(client)) as job:
        os.kill(running_forks(client)[number], signal.SIGKILL)
        reply = answer_of(job)
    assert isinstance(reply, Report)
    assert reply.outcome in (Outcome.CRASHED, Outcome.SANDBOX_ERROR)
    assert_honest_passes(client)
    traces.wait_until_idle(client, before)


def test_killed_spares_are_noticed_and_replaced(client: Client) -> None:
    before = traces.wait_until_idle(client)
    for pid in traces.fork_pids(traces.server_pid(client)):
        os.kill(pid, signal.SIGKILL)
    assert_honest_passes(client)
    assert_honest_passes(client)
    traces.wait_until_idle(client, before)


def test_a_client_that_leaves_in_mid_job_leaves_nothing(client: Client) -> None:
    before = traces.wait_until_idle(client)
    send_job(client).close()
    assert_honest_passes(client)
    traces.wait_until_idle(client, before)


def test_the_client_asks_once_more_when_the_server_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "sock"
    asked = []

    def serve(listener: socket.socket) -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                asked.append(protocol.receive_frame(connection, protocol.MAX_JOB))
                if len(asked) == 2:
                    connection.sendall(protocol.frame(protocol.Refused("the second time")))

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with pytest.raises(JobRefused, match="the second time"):
            Client(path).run(make_job(SOLUTION, LIMITS))
        thread.join()
    assert asked[0] == asked[1]


# Start and end


def test_a_second_server_on_the_same_socket_refuses(client: Client) -> None:
    process = launch(Path(client.socket_path))
    _, said = process.communicate(timeout=START_S)
    assert process.returncode == 1
    assert b"another sandbox server listens here" in said
    assert_honest_passes(client)


def test_a_file_in_the_socket_s_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("data")
    process = launch(path)
    _, said = process.communicate(timeout=START_S)
    assert process.returncode == 1
    assert b"not a socket" in said
    assert path.read_text() == "data"


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak), signal.SIGKILL],
    ids=lambda number: number.name,
)
def test_the_end_of_the_server_is_the_end_of_all_it_started(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "sandbox.sock"
    with listening(path) as (process, client):
        with closing(send_job(client)):
            running_forks(client)
            family = traces.descendants(process.pid)
            assert len(family) >= 6
            process.send_signal(number)
            process.wait(30)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), f"the end of {family}", 20)
        if number is signal.SIGKILL:  # nobody was left to clean up: the next server does
            with listening(path) as (_, second):
                assert_honest_passes(second)
                assert not traces.cgroups(process.pid)
        else:
            assert process.returncode == 0
            assert not traces.cgroups(process.pid)
            assert not path.exists()


def test_every_user_id_comes_back() -> None:
    """From the inside, since there are thousands of them: a lost one would be missed only after days."""

    async def use() -> None:
        zygote = await Zygote.start("sandbox.prober")
        try:
            free = Counter(zygote._free_uids)
            pairs = [await Pair.fork(zygote) for _ in range(4)]
            in_use = {fork.uid for pair in pairs for fork in (pair.student, pair.checker)}
            assert len(in_use) == 8
            assert not in_use & set(zygote._free_uids)
            pairs[0].kill()
            for pair in pairs:
                await pair.dispose()
            assert Counter(zygote._free_uids) == free
            assert not zygote._exits
            assert not zygote._forked
        finally:
            await zygote.stop()

    asyncio.run(use())


def test_a_job_lost_by_the_stop_gets_no_zygote_of_its_own() -> None:
    """It would be tried again, in a zygote that nobody stops: processes and cgroups were left behind that way."""

    async def stop_during_a_job() -> None:
        others = set(traces.descendants(os.getpid()))  # the server that other tests use, which may renew its spares
        pool = Pool(1, "sandbox.prober")
        pair = await pool.take()
        await pool.stop()
        assert await pair.is_lost()
        with pytest.raises(JailFailed, match="stopping"):
            await pool.take()
        await pair.dispose()
        others.update(*map(traces.descendants, others))
        assert set(traces.descendants(os.getpid())) <= others
        assert not traces.cgroups(os.getpid())

    asyncio.run(stop_during_a_job())


def test_a_spare_of_a_zygote_that_was_replaced_meanwhile_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was forgotten, and the old zygote waited for it for ever."""

    async def replace_while_forking() -> None:
        forked, replaced, fork = asyncio.Event(), asyncio.Event(), Pair.fork

        async def slow(zygote: Zygote) -> Pair:
            pair = await fork(zygote)
            forked.set()
            await replaced.wait()
            return pair

        monkeypatch.setattr(Pair, "fork", slow)
        pool = Pool(1, "sandbox.prober")
        try:
            refill = asyncio.create_task(pool.refill())
            await forked.wait()
            old = pool._zygote
            replacement = asyncio.create_task(pool._replace_zygote())
            while pool._zygote is old:
                await asyncio.sleep(0.01)
            replaced.set()
            async with asyncio.timeout(30):
                await asyncio.gather(refill, replacement)  # returns once the old zygote has no fork any more
            assert [pair.zygote is pool._zygote for pair in pool._spares] == [True]
        finally:
            await pool.stop()

    asyncio.run(replace_while_forking())


# Many jobs

HOSTILE = [
    "exit_early",
    "frame_oversized",
    "crash",
    "memory_one",
    "patched_torch",
    "output_flood",
    "inode_bomb",
    "daemon",
]


def mixed(client: Client, count: int, at_once: int) -> None:
    """Every tenth is hostile. Raises AssertionError that lists the wrong outcomes."""
    attacks = [(FOLDER / f"{name}.py").read_text() for name in HOSTILE]

    def one(number: int) -> str:
        hostile = number % 10 == 9
        source = attacks[number // 10 % len(attacks)] if hostile else SOLUTION
        outcome, score = graded(client.run(make_job(source, LIMITS)))
        says = header(source)
        outcomes = {name.strip() for name in says.get("outcome", "ok").split(",")}
        right = outcome in outcomes and score == float(says.get("score", 0 if hostile else 2))
        return "" if right else f"{number}: {outcome} {score}, expected {outcomes}"

    with ThreadPoolExecutor(at_once) as pool:
        wrong = [problem for problem in pool.map(one, range(count)) if problem]
    assert not wrong, wrong


def test_two_hundred_mixed_jobs_leave_nothing(client: Client) -> None:
    mixed(client, 20, 4)  # whatever is made on first use
    before = traces.wait_until_idle(client)
    mixed(client, 200, 4)
    traces.wait_until_idle(client, before)


@pytest.mark.soak
@pytest.mark.serial
@pytest.mark.timeout(3600)
def test_five_thousand_mixed_jobs_leave_nothing() -> None:
    with ensure_server(None, slots=4) as client:
        mixed(client, 100, 8)
        before, server = traces.wait_until_idle(client), traces.server_pid(client)
        memory_mib, started = traces.memory_mib(server), time.monotonic()
        mixed(client, 5000, 8)
        print(f"5,000 jobs in {time.monotonic() - started:.0f} s")
        traces.wait_until_idle(client, before, timeout_s=60)
        print(
            f"server {memory_mib:.0f} MiB before, {traces.memory_mib(server):.0f} after; otherwise as before: {before}"
        )
        assert traces.memory_mib(server) < memory_mib + 8
        assert msgspec.to_builtins(client.ping())["jobs"] >= 5000


def test_a_fork_bomb_does_not_keep_its_slot(client: Client) -> None:
    """Long before its time is up: on a deadline's evening others wait for the core that it burns."""
    bomb = (FOLDER / "fork_bomb.py").read_text()
    report = client.run(make_job(bomb, Limits(wall_s=60.0, cpu_s=60, memory_mib=256)))
    assert report.outcome is Outcome.PROCESS_LIMIT
    assert report.cpu_ms < 10_000 and report.wall_ms < 30_000


@pytest.mark.parametrize(
    "cpu_s, outcome", [(11.0, Outcome.TIME_LIMIT), (6.5, Outcome.TIME_LIMIT), (2.0, Outcome.CRASHED)]
)
def test_whom_the_kernel_killed_for_its_cpu_time_was_too_slow(cpu_s: float, outcome: Outcome) -> None:
    """Where many wait for each core, the kernel's limit comes well before the time that it tells at the end."""
    assert outcome_of_exit(Exit(-signal.SIGKILL, cpu_s * 1e3), Limits(cpu_s=10)) is outcome


@pytest.mark.soak
def test_a_host_without_a_core_to_spare_costs_no_points(client: Client) -> None:
    """Its deadline is a second, it needs a third of one, and a dozen others want each core: that is not its fault."""
    spin = "import time\nwhile time.process_time() < 20: pass"
    others = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(12 * len(os.sched_getaffinity(0)))]
    busy = "import time\n\ndef double(x):\n    end = time.process_time() + 0.15\n    while time.process_time() < end: pass\n"
    try:
        time.sleep(1)
        report = client.run(make_job(f"{busy}    return x * 2\n", Limits(wall_s=1.0, cpu_s=3, memory_mib=256)))
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert report.outcome in (Outcome.OK, Outcome.SANDBOX_ERROR), report
    if report.outcome is Outcome.OK:
        assert graded(report) == (Outcome.OK, 2.0)
