"""The server's side of the zygote: start it, order jailed forks of it, kill and reap them."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox import cgroups, kernel, policy, zygote
from sandbox.policy import CEILING, CODE

START_TIMEOUT_S = 120
FORK_TIMEOUT_S = 20
_FIRST_UID, _UIDS = 1001, 4000  # inside the zygote's user namespace
_HOST_BASE, _HOST_RANGE = 100_000, 65_536  # those ids as the host sees them, when it lets us map them


class JailFailed(Exception):
    """A zygote or a fork could not be locked in; nothing hostile ran in it."""


@dataclass(frozen=True)
class Exit:
    """`status`: exit code, or minus the signal's number."""

    status: int
    cpu_ms: float


class Drain:
    """Reads a pipe to its end, keeps the beginning, and counts the rest."""

    def __init__(self, fd: int, flooded: asyncio.Event) -> None:
        self.fd, self.kept, self.total, self.flooded = fd, bytearray(), 0, flooded
        self.loop = asyncio.get_running_loop()
        os.set_blocking(fd, False)
        self.loop.add_reader(fd, self._read)

    def _read(self) -> None:
        try:
            chunk = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return
        if not chunk:
            return self.close()
        self.kept += chunk[: max(0, CEILING.output_kept - len(self.kept))]
        self.total += len(chunk)
        if self.total > CEILING.output_total:
            self.flooded.set()
            self.close()

    def drain(self) -> bytes:
        """What has been written up to now."""
        for _ in range(CEILING.output_total >> 16):
            before = self.total
            if self.fd >= 0:
                self._read()
            if self.total == before:
                break
        return bytes(self.kept)

    def close(self) -> None:
        if self.fd >= 0:
            self.loop.remove_reader(self.fd)
            os.close(self.fd)
            self.fd = -1


@dataclass
class Fork:
    """One jailed process, waiting for its one job or at it. `pid` as the host sees it.

    `first_mib`: resident memory before the job, nearly all of it shared. `crowded`: seen with as many tasks as it may.
    `locking_ms`: what each step of its locking in cost, as it says; for `manage.py bench`.
    """

    role: str
    uid: int
    pid: int
    pidfd: int
    control: socket.socket
    stdout: Drain
    stderr: Drain
    flooded: asyncio.Event
    cgroup: cgroups.Cgroup | None
    exited: asyncio.Future[Exit]
    first_mib: float = 0.0
    crowded: bool = False
    locking_ms: dict[str, float] = field(default_factory=dict)

    def kill(self) -> None:
        """SIGKILL pid 1 of its namespace: the kernel takes the rest along."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def cpu_ms(self) -> float:
        if self.exited.done():
            return self.exited.result().cpu_ms
        try:
            return kernel.process_cpu_ms(self.pid)
        except OSError:
            return 0.0

    def waited_for_core_s(self) -> float:
        """How long its first thread was ready to run while others had the core; 0 where the kernel does not tell."""
        with suppress(OSError, IndexError, ValueError), open(f"/proc/{self.pid}/schedstat") as statistics:
            return int(statistics.read().split()[1]) / 1e9
        return 0.0

    def peak_mib(self) -> float:
        """Beyond the zygote: by the cgroup, else by growth of the resident set of the first process."""
        peak = self.cgroup.peak_mib() if self.cgroup else None
        if peak is None:
            peak = max(0.0, _status_mib(self.pid, "VmHWM") - self.first_mib)
        return peak

    def pin(self, core: int) -> None:
        """Keep a busy job to one core. Jails refuse sched_setaffinity."""
        with suppress(OSError):
            os.sched_setaffinity(self.pid, {core})


def _status_mib(pid: int, name: str) -> float:
    with suppress(OSError), open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def _host_pid(pidfd: int) -> int:
    with open(f"/proc/self/fdinfo/{pidfd}") as info:
        for line in info:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    raise JailFailed("a pidfd without a pid")


def can_map_many_uids() -> bool:
    return os.geteuid() == 0


@dataclass
class Zygote:
    """A running zygote. When it dies, every fork of it dies too, and `dead` is set."""

    harness: str
    process: subprocess.Popen[bytes]
    control: socket.socket
    driver: cgroups.Driver | None
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    _forked: dict[str, asyncio.Future[int]] = field(default_factory=dict)
    _exits: dict[str, asyncio.Future[Exit]] = field(default_factory=dict)
    _free_uids: list[int] = field(default_factory=lambda: list(range(_FIRST_UID, _FIRST_UID + _UIDS)))
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    async def start(cls, harness: str) -> Zygote:
        """Raises JailFailed, with what the zygote said, when a layer does not hold here."""
        return await asyncio.to_thread(cls._start, harness, asyncio.get_running_loop())

    @classmethod
    def _start(cls, harness: str, loop: asyncio.AbstractEventLoop) -> Zygote:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {
            "control_fd": theirs.fileno(),
            "harness": harness,
            "many_uids": can_map_many_uids(),
            "readable": policy.readable_paths(),
            "bpf": base64.b64encode(policy.seccomp_filter()).decode(),
        }
        program = f"import sys; sys.path.insert(0, {str(CODE)!r}); from sandbox.zygote import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program, json.dumps(config)],
            env=policy.ENVIRONMENT,  # given at exec: clearing os.environ would leave the old strings on the stack
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()
        ours.settimeout(START_TIMEOUT_S)
        try:
            _expect(ours, "map", process)
            _map_ids(process.pid)
            ours.send(b"mapped")
            _expect(ours, "ready", process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        ours.setblocking(False)
        driver = cgroups.detect()
        if driver:
            cgroups.remove_orphans(driver)
        self = cls(harness, process, ours, driver)
        loop.call_soon_threadsafe(loop.add_reader, ours, self._on_message)
        return self

    def _on_message(self) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 4)
        except BlockingIOError:
            return
        if not data:
            return self._on_death()
        message: dict[str, Any] = json.loads(data)
        if "forked" in message:
            if (forked := self._forked.pop(message["forked"])).done():  # given up, and the zygote with it
                os.close(fds[0])
            else:
                forked.set_result(fds[0])
        elif (exited := self._exits.pop(message["exited"], None)) and not exited.done():
            exited.set_result(Exit(message["status"], message["cpu_ms"]))

    def _on_death(self) -> None:
        asyncio.get_running_loop().remove_reader(self.control)
        self.dead.set()
        for future in self._forked.values():
            if not future.done():
                future.set_exception(JailFailed("the zygote died"))
        for exited in self._exits.values():
            if not exited.done():
                exited.set_result(Exit(-signal.SIGKILL, 0.0))
        self._forked.clear()
        self._exits.clear()

    async def fork(self, role: str, peer: socket.socket) -> Fork:
        """A locked and warmed fork that waits for its job. Raises JailFailed."""
        try:
            fork = await asyncio.wait_for(self._order(role, peer), FORK_TIMEOUT_S)
        except TimeoutError as error:
            self.process.kill()  # whatever it is at: nobody would know of a fork that it made later
            raise JailFailed(f"the zygote made no fork within {FORK_TIMEOUT_S} s") from error
        try:
            async with asyncio.timeout(FORK_TIMEOUT_S):
                word = await asyncio.get_running_loop().sock_recv(fork.control, 4096)
        except TimeoutError:
            word = b"no answer in time"
        if not word.startswith(zygote.READY):
            said = word.decode(errors="replace") or fork.stderr.drain().decode(errors="replace")
            await self.dispose(fork)
            raise JailFailed(f"{role}: {said.strip() or 'died while it was being locked in'}")
        fork.locking_ms = json.loads(word.removeprefix(zygote.READY))
        fork.first_mib = _status_mib(fork.pid, "VmRSS") if fork.cgroup is None else 0.0
        return fork

    async def _order(self, role: str, peer: socket.socket) -> Fork:
        if self.dead.is_set():
            raise JailFailed("the zygote is dead")
        loop = asyncio.get_running_loop()
        name = f"{os.getpid()}-{self.process.pid}-{next(self._ids)}"  # cgroups.remove_* read it
        uid = self._free_uids.pop(0)
        group = None
        if self.driver:
            group = cgroups.Cgroup.create(self.driver, f"gradus-{name}", CEILING.memory_mib, CEILING.processes)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        out, out_write = os.pipe()
        err, err_write = os.pipe()
        fds = [peer.fileno(), theirs.fileno(), out_write, err_write, *(group.join_fds if group else [])]
        self._forked[name] = forked = loop.create_future()
        self._exits[name] = exited = loop.create_future()
        socket.send_fds(self.control, [json.dumps({"id": name, "role": role, "uid": uid}).encode()], fds)
        theirs.close()
        os.close(out_write)
        os.close(err_write)
        if group:
            group.close_join_fds()
        try:
            pidfd = await forked
        except BaseException:
            ours.close()
            os.close(out)
            os.close(err)
            raise
        flooded = asyncio.Event()
        drains = Drain(out, flooded), Drain(err, flooded)
        fork = Fork(role, uid, _host_pid(pidfd), pidfd, ours, *drains, flooded, group, exited)
        return fork

    async def dispose(self, fork: Fork) -> None:
        """Kill, reap, and leave nothing behind."""
        fork.kill()
        fork.control.close()
        if not fork.exited.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(fork.exited), FORK_TIMEOUT_S)
        fork.stdout.close()
        fork.stderr.close()
        os.close(fork.pidfd)
        if fork.cgroup:
            await asyncio.to_thread(fork.cgroup.remove)
        self._free_uids.append(fork.uid)

    async def wait_until_idle(self) -> None:
        """Until no fork of it lives."""
        while self._exits:
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Ends the zygote and with it every fork."""
        if not self.dead.is_set():
            self._on_death()  # nobody will read its messages any more: what waits for one must not wait on
        self.control.close()
        self.process.kill()
        await asyncio.to_thread(self.process.wait)
        if self.process.stderr:
            self.process.stderr.close()
        if self.driver:  # of forks that were only just being made
            await asyncio.to_thread(cgroups.remove_of_zygote, self.driver, self.process.pid)


def _expect(control: socket.socket, key: str, process: subprocess.Popen[bytes]) -> None:
    try:
        data = control.recv(1 << 16)
    except TimeoutError as error:
        raise JailFailed(f"the zygote did not say {key!r} within {START_TIMEOUT_S} s") from error
    if not data:
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace").strip().splitlines()
        raise JailFailed(said[-1] if said else f"the zygote ended with {process.wait()}")
    if key not in json.loads(data):
        raise JailFailed(f"the zygote said {data[:200]!r}, expected {key!r}")


def _map_ids(pid: int) -> None:
    """As root, a range of ids that are nobody on the host; else our own id alone."""
    if can_map_many_uids():
        maps = {"uid_map": f"0 {_HOST_BASE} {_HOST_RANGE}", "gid_map": f"0 {_HOST_BASE} {_HOST_RANGE}"}
    else:
        maps = {"setgroups": "deny", "uid_map": f"0 {os.geteuid()} 1", "gid_map": f"0 {os.getegid()} 1"}
    for name, text in maps.items():
        with open(f"/proc/{pid}/{name}", "w") as file:
            file.write(text)
