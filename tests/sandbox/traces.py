"""What a sandbox server occupies on the host: processes, descriptors, cgroups, mounts, namespaces, sockets, memory."""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from sandbox.client import Client

_CGROUPS = [path for name in ("", "memory", "pids", "unified") if (path := Path("/sys/fs/cgroup", name)).is_dir()]


def server_pid(client: Client) -> int:
    """The server that was started with this client's socket."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"serve" in words and client.socket_path.encode() in words:
                return int(folder.name)
    raise AssertionError(f"no server on {client.socket_path}")


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, parents first."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    family = list(children.get(pid, []))
    for member in family:
        family += children.get(member, [])
    return family


def zygote_pid(server: int) -> int:
    """Pid 1 of the jail: the child of the server's only child."""
    family = descendants(server)
    stubs = [pid for pid in family if _parent(pid) == server]
    zygotes = [pid for pid in family if _parent(pid) in stubs]
    assert (len(stubs), len(zygotes)) == (1, 1), f"one zygote expected below {stubs}, found {zygotes}"
    return zygotes[0]


def fork_pids(server: int) -> list[int]:
    """The jailed processes, spares included."""
    zygote = zygote_pid(server)
    return [pid for pid in descendants(server) if _parent(pid) == zygote]


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def cgroups(server: int) -> list[Path]:
    return [path for folder in _CGROUPS for path in folder.glob(f"gradus-{server}-*")]


def occupied(server: int) -> dict[str, object]:
    """Counts that must be the same whenever the server is idle."""
    family = descendants(server)
    namespaces, users = set(), Counter[str]()
    for pid in family:
        with suppress(OSError):
            namespaces |= {
                os.readlink(f"/proc/{pid}/ns/{kind}") for kind in ("mnt", "net", "pid", "ipc", "uts", "user")
            }
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            users["zombie" if "\nState:\tZ" in status else "alive"] += 1
    descriptors = Counter[str]()
    for entry in Path(f"/proc/{server}/fd").iterdir():
        with suppress(OSError):
            descriptors[os.readlink(entry).partition(":[")[0]] += 1
    return {
        "processes": dict(users),
        "namespaces": len(namespaces),
        "descriptors of the server": dict(descriptors),
        "cgroups": len(cgroups(server)),
        "mounts of the host": _mounts(server),
        "mounts of the zygote": _mounts(zygote_pid(server)),
    }


def _mounts(pid: int) -> int:
    return len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines())


def memory_mib(pid: int) -> float:
    """Resident memory that is the process's own."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def wait_until_idle(
    client: Client, expected: dict[str, object] | None = None, timeout_s: float = 120
) -> dict[str, object]:
    """What it occupies once nothing runs and its spares are ready. Raises AssertionError when it stays different.

    Without `expected`: once it has been the same for half a second.
    """
    server, deadline = server_pid(client), time.monotonic() + timeout_s
    before: dict[str, object] | None = None
    while True:
        status, seen = client.ping(), _occupied_when_settled(server)
        idle = seen is not None and status.running == status.queued == 0 and len(fork_pids(server)) == 2 * status.slots
        if seen is not None and idle and seen == (before if expected is None else expected):
            return seen
        assert time.monotonic() < deadline, f"left behind: {seen}, expected {expected or before}"
        before = seen
        time.sleep(0.5 if expected is None else 0.1)


def _occupied_when_settled(server: int) -> dict[str, object] | None:
    """None while processes come and go under the eyes of this one, as when a zygote is replaced."""
    try:
        return occupied(server)
    except (AssertionError, FileNotFoundError, ProcessLookupError):
        return None
