"""Roles whose student tries each wall from inside and says what it found: for `sandbox check` and the canary."""

from __future__ import annotations

import json
import mmap
import os
import signal
import socket
from collections.abc import Callable

from sandbox import kernel
from sandbox.policy import CEILING, CODE, MIB
from sandbox.protocol import Answer, Verdict


def warm_zygote() -> None: ...


def warm_fork(role: str) -> None: ...


def student(payload: bytes, peer: socket.socket) -> None:
    findings = {name: probe() for name, probe in PROBES.items()}
    peer.sendall(json.dumps(findings).encode())


def checker(payload: bytes, peer: socket.socket) -> Answer:
    parts = bytearray()
    while chunk := peer.recv(1 << 16):
        parts += chunk
    return Answer(Verdict.ANSWERED if parts else Verdict.ENDED, bytes(parts))


Finding = tuple[bool, str]  # the wall holds; what was seen


def _refused(action: Callable[[], object], what: str) -> Finding:
    try:
        action()
    except (OSError, MemoryError) as error:
        return True, f"{what}: {getattr(error, 'strerror', None) or type(error).__name__}"
    return False, f"{what}: allowed"


def _user_namespace() -> Finding:
    return _refused(lambda: kernel.mount("tmpfs", "/tmp", "tmpfs"), "mount in the jail")


def _pid_namespace() -> Finding:
    alone = _refused(lambda: os.kill(-1, 0), "signal to any other process")
    return alone[0] and os.getpid() == 1, f"own pid {os.getpid()}; {alone[1]}"


def _mount_namespace() -> Finding:
    host = ("/sys", "/boot", "/run", "/root/.ssh", "/proc/self", str(CODE / "manage.py"))  # no checkout lies in one
    seen = [path for path in host if os.path.exists(path)]
    written = _refused(lambda: open(f"{CODE}/sandbox/written", "w"), "write beside the code")
    return not seen and written[0], f"sees {seen or 'none'} of the host's files; {written[1]}"


def _network() -> Finding:
    return _refused(lambda: socket.socket(socket.AF_INET), "internet socket")


def _hostname() -> Finding:
    return socket.gethostname() == "sandbox", f"host name {socket.gethostname()!r}"


def _own_uid() -> Finding:
    ids = set(os.getresuid() + os.getresgid())
    return len(ids) == 1 and 0 not in ids, f"ids {sorted(ids)}"


def _landlock() -> Finding:
    return _refused(lambda: os.listdir("/"), "list the root folder")


def _fork_bomb() -> Finding:
    """Fork until refused; the children wait, and die with this process."""
    for count in range(2 * CEILING.processes):
        try:
            if os.fork() == 0:
                signal.pause()
        except OSError:
            return True, f"fork bomb: refused after {count}"
    return False, f"fork bomb: {2 * CEILING.processes} processes"


def _rlimits() -> Finding:
    size = (CEILING.memory_mib + 512) * MIB
    memory = _refused(lambda: mmap.mmap(-1, size), f"{size // MIB} MiB in one piece")
    bomb = _fork_bomb()
    return memory[0] and bomb[0], f"{bomb[1]}; {memory[1]}"


PROBES: dict[str, Callable[[], Finding]] = {
    "user-namespace": _user_namespace,
    "pid-namespace": _pid_namespace,
    "mount-namespace": _mount_namespace,
    "network-namespace": _network,
    "ipc-uts-namespaces": _hostname,
    "own-uid": _own_uid,
    "no-new-privs": lambda: (kernel.no_new_privs(), "asked the kernel"),
    "no-capabilities": lambda: (not kernel.has_capabilities(), "asked the kernel"),
    "seccomp": lambda: _refused(lambda: os.execv("/bin/true", ["true"]), "start a program"),
    "landlock": _landlock,
    "rlimits": _rlimits,
}
