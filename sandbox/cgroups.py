"""A cgroup for each jailed process: the limit on all that it and its children use together. Version 2, else 1."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.policy import MIB

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Driver:
    """Where groups are made. `folders`: one for version 2, one per controller for version 1."""

    version: int
    folders: dict[str, Path]


def detect() -> Driver | None:
    """The cgroup hierarchy that this process may really use, or None."""
    for base in (_ROOT, _ROOT / "unified"):
        with suppress(OSError):
            controllers = set((base / "cgroup.subtree_control").read_text().split())
            if {"memory", "pids"} <= controllers and os.access(base, os.W_OK):
                return Driver(2, {"": base})
    folders = {name: _ROOT / name for name in ("memory", "pids")}
    if all(_writable(folder) for folder in folders.values()):
        return Driver(1, folders)
    return None


def _writable(folder: Path) -> bool:
    if not (folder / "cgroup.procs").exists() or not os.access(folder, os.W_OK):
        return False
    return not os.statvfs(folder).f_flag & os.ST_RDONLY


def remove_orphans(driver: Driver) -> None:
    """Groups of a server that was killed and could not clean up: they bear its process id, and are empty."""
    for folder in driver.folders.values():
        for path in folder.glob("gradus-*"):
            if not Path("/proc", path.name.split("-")[1]).exists():
                with suppress(OSError):
                    path.rmdir()


def remove_of_zygote(driver: Driver, zygote: int) -> None:
    """What is left of a zygote that has just been killed with all its forks."""
    for folder in driver.folders.values():
        for path in folder.glob(f"gradus-{os.getpid()}-{zygote}-*"):
            _remove(path)


def _remove(path: Path) -> None:
    """The kernel needs a moment to let go of the last process."""
    for _ in range(500):
        try:
            return path.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.002)


@dataclass
class Cgroup:
    """`join_fds`: to be written "0" by the process itself, once, then closed by whoever opened the group."""

    driver: Driver
    paths: dict[str, Path]
    join_fds: list[int] = field(default_factory=list)

    @classmethod
    def create(cls, driver: Driver, name: str, memory_mib: int, processes: int) -> Cgroup:
        group = cls(driver, {key: folder / name for key, folder in driver.folders.items()})
        for path in group.paths.values():
            path.mkdir()
        memory = str(memory_mib * MIB)
        if driver.version == 2:
            group._write("", "memory.max", memory)
            group._write("", "memory.swap.max", "0", optional=True)
            group._write("", "memory.oom.group", "1", optional=True)
            group._write("", "pids.max", str(processes))
        else:
            group._write("memory", "memory.limit_in_bytes", memory)
            group._write("memory", "memory.memsw.limit_in_bytes", memory, optional=True)  # swap counts
            group._write("pids", "pids.max", str(processes))
        file = "cgroup.procs" if driver.version == 2 else "tasks"
        group.join_fds = [os.open(path / file, os.O_WRONLY | os.O_CLOEXEC) for path in group.paths.values()]
        return group

    def _write(self, controller: str, file: str, value: str, optional: bool = False) -> None:
        try:
            (self.paths[controller] / file).write_text(value)
        except OSError:
            if not optional:
                raise

    def close_join_fds(self) -> None:
        while self.join_fds:
            os.close(self.join_fds.pop())

    def lower_memory(self, memory_mib: int) -> None:
        """Version 1 keeps memsw ≥ memory, so the smaller limit goes first."""
        names = (
            ("memory.max",) if self.driver.version == 2 else ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
        )
        for name in names:
            self._write(self._controller("memory"), name, str(memory_mib * MIB), optional="memsw" in name)

    def _controller(self, name: str) -> str:
        return "" if self.driver.version == 2 else name

    def peak_mib(self) -> float | None:
        file = "memory.peak" if self.driver.version == 2 else "memory.max_usage_in_bytes"
        with suppress(OSError):
            return int((self.paths[self._controller("memory")] / file).read_text()) / MIB
        return None

    def out_of_memory(self) -> bool:
        file = "memory.events" if self.driver.version == 2 else "memory.oom_control"
        return self._event("memory", file, "oom_kill") > 0

    def out_of_processes(self) -> bool:
        return self._event("pids", "pids.events", "max") > 0

    def _event(self, controller: str, file: str, name: str) -> int:
        with suppress(OSError):
            for line in (self.paths[self._controller(controller)] / file).read_text().splitlines():
                key, _, value = line.partition(" ")
                if key == name:
                    return int(value)
        return 0

    def remove(self) -> None:
        """Called off the hot path: it may wait."""
        self.close_join_fds()
        for path in self.paths.values():
            _remove(path)
