"""Imports torch once, inside the jail, then forks one locked-down process for each request of the server.

Runs as `python -I -c … CONFIG` with a clean environment and a control socket (SOCK_SEQPACKET). Requests are
{"id", "role", "uid"} with the fds [peer, control, stdout, stderr, cgroup…]; answers {"forked": id} with a pidfd, and
{"exited": id, "status", "cpu_ms"}.

A fork says READY on its control socket, then what each step of being locked in cost, as JSON.
It has these files and no others: 0 /dev/null, 1 and 2 its output, 3 the socket to its peer, 4 the control socket.
"""

from __future__ import annotations

import array
import base64
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

from sandbox import jail, kernel, prober, protocol

PEER, CONTROL, PROC = 3, 4, 5
READY = b"ready"
SETUP_FAILED = 97
CANARY = "canary-"  # before a role: the prober's, in place of the harness's


def main() -> NoReturn:
    sys.dont_write_bytecode = True  # with -I, Python does not look at the environment
    config = json.loads(sys.argv[1])
    control = socket.socket(fileno=config["control_fd"])
    control.set_inheritable(False)
    walls = jail.ZygoteJail(config["readable"], config["many_uids"], base64.b64decode(config["bpf"]))

    def ask_for_id_map() -> None:
        _send(control, {"map": os.getpid()})
        control.recv(16)

    jail.enter_zygote(walls, ask_for_id_map)
    harness = _import_and_warm(config["harness"])
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        sys.exit(f"the zygote has {threads} threads: a fork could hang in any lock that another of them holds")
    gc.collect()
    gc.freeze()  # or a collection in a fork copies every page that holds an object: 73 MB instead of 6
    kernel.collapse_anonymous_memory()
    baseline = jail.measure_and_close_proc()
    _send(control, {"ready": os.getpid()})
    _Forker(control, walls, baseline, harness).serve()


def _import_and_warm(name: str) -> ModuleType:
    """What libraries ask to do after a fork is done once, here, and not in each fork, where it took 1.5 ms.

    They give back locks, that one thread cannot hold across a fork, and empty caches of what does not outlive it.
    """
    wishes: list[Callable[[], object]] = []

    def register(*, after_in_child: Callable[[], object] = int, **_: object) -> None:
        wishes.append(after_in_child)

    os.register_at_fork = register  # type: ignore[assignment]
    harness = importlib.import_module(name)
    harness.warm_zygote()
    for wish in wishes:
        wish()
    return harness


class _Forker:
    def __init__(
        self, control: socket.socket, walls: jail.ZygoteJail, baseline: jail.Baseline, harness: ModuleType
    ) -> None:
        self.control, self.walls, self.baseline, self.harness = control, walls, baseline, harness
        self.ids: dict[int, str] = {}
        self.own_pid_namespace = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=baseline.proc)
        self.wake_read, self.wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_write, warn_on_full_buffer=False)

    def serve(self) -> NoReturn:
        while True:
            readable, _, _ = select.select([self.control.fileno(), self.wake_read], [], [])
            if self.wake_read in readable:
                self._reap()
            if self.control.fileno() in readable:
                data, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 16)
                if not data:  # the server is gone; as pid 1 we take every fork along
                    os._exit(0)
                self._fork(json.loads(data), fds)

    def _fork(self, request: dict[str, Any], fds: list[int]) -> None:
        kernel.unshare(kernel.NEWPID)
        pid = os.fork()
        if pid == 0:
            roles = prober if request["role"].startswith(CANARY) else self.harness
            _child(request["role"].removeprefix(CANARY), request["uid"], fds, self.walls, self.baseline, roles)
        kernel.setns(self.own_pid_namespace, kernel.NEWPID)
        self.ids[pid] = request["id"]
        for fd in fds:
            os.close(fd)
        pidfd = os.pidfd_open(pid)
        _send(self.control, {"forked": request["id"]}, [pidfd])
        os.close(pidfd)

    def _reap(self) -> None:
        try:
            os.read(self.wake_read, 4096)
        except BlockingIOError:
            pass
        while self.ids:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            cpu_ms = (usage.ru_utime + usage.ru_stime) * 1e3
            code = os.waitstatus_to_exitcode(status)
            _send(self.control, {"exited": self.ids.pop(pid, None), "status": code, "cpu_ms": cpu_ms})


def _send(control: socket.socket, message: dict[str, Any], fds: list[int] | None = None) -> None:
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    control.sendmsg([json.dumps(message).encode()], rights)


# In the fork -----------------------------------------------------------------------------------------------------


def _child(
    role: str, uid: int, fds: list[int], walls: jail.ZygoteJail, baseline: jail.Baseline, roles: ModuleType
) -> NoReturn:
    code = SETUP_FAILED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd in fds[4:]:  # a cgroup joined by the process itself takes 0.1 ms; moved by another, 10 ms
            os.write(fd, b"0")
        _place_files([*fds[:4], baseline.proc])
        baseline = jail.Baseline(baseline.address_space, baseline.data, PROC)
        os.setsid()
        control = socket.socket(fileno=CONTROL)
        try:
            laps = jail.enter_fork(walls, baseline, uid)
            roles.warm_fork(role)
            laps.lap("rehearsal")
        except BaseException as error:
            control.sendall(f"{type(error).__name__}: {error}".encode()[:2000])
            raise
        control.sendall(READY + json.dumps(laps.ms).encode())
        code = _serve_one_job(role, control, baseline, roles)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n"[:2000])
    finally:
        _flush_and_exit(code)
    raise AssertionError("unreachable")


def _place_files(fds: list[int]) -> None:
    """First all out of the way, then into place: a dup2 in the wrong order would hand a socket to stdout."""
    null = os.open("/dev/null", os.O_RDONLY)
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100) for fd in (null, *fds)]
    for fd, place in zip(high, (0, PEER, CONTROL, 1, 2, PROC), strict=True):
        os.dup2(fd, place, inheritable=place < 3)
    kernel.close_from(PROC + 1)


def _serve_one_job(role: str, control: socket.socket, baseline: jail.Baseline, roles: ModuleType) -> int:
    try:
        job = protocol.decode_role_job(protocol.receive_frame(control, protocol.MAX_JOB))
    except EOFError:  # a spare that was never needed
        return 0
    jail.lower_limits(baseline, job.memory_mib, job.cpu_s)
    peer = socket.socket(fileno=PEER)
    if role == "student":
        control.close()
        roles.student(job.payload, peer)
        return 0
    answer = roles.checker(job.payload, peer)
    control.sendall(protocol.frame(answer))
    return 0


def _flush_and_exit(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
