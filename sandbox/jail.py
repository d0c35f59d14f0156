"""Enters the jail, layer by layer; any failure raises, and then nothing hostile ever runs.

Two steps. The zygote calls `enter_zygote` once: it gets namespaces of its own and a read-only root. Each of its
forks calls `enter_fork`: fresh namespaces, a private /tmp, limits, no privileges, Landlock, seccomp, and a last
look at what the kernel says is in force.
"""

from __future__ import annotations

import os
import resource
import socket
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox import kernel as k
from sandbox.policy import CEILING, DEVICES, MIB

ROOT = "/tmp/.gradus-root"
_SAFE = k.MS_NOSUID | k.MS_NODEV


@dataclass(frozen=True)
class ZygoteJail:
    """`many_uids`: the host mapped a range of user ids (it needs root), so that every fork gets one of its own."""

    readable: list[str]
    many_uids: bool
    bpf: bytes


@dataclass(frozen=True)
class Baseline:
    """The zygote's own size in bytes: limits of a fork count from here, since it starts as a copy."""

    address_space: int
    data: int
    proc: int  # O_PATH file descriptor of the zygote's /proc, which is unmounted before the first fork


# The zygote ------------------------------------------------------------------------------------------------------


def enter_zygote(jail: ZygoteJail, ask_for_id_map: Callable[[], None]) -> None:
    """Become pid 1 of namespaces of our own over a read-only root. Returns in the new process only.

    The pid namespace belongs to our own user namespace, or setns() back into it, after each fork, would be refused.
    """
    k.unshare(k.NEWUSER)
    ask_for_id_map()
    k.unshare(k.NEWNS | k.NEWNET | k.NEWIPC | k.NEWUTS)
    # Sources are opened while we still are the user who may reach them (a home folder can be closed to others).
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in jail.readable if not os.path.islink(path)}
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    k.unshare(k.NEWPID)
    child = os.fork()
    if child:  # a stub that holds the place between server and pid 1, and dies with either
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
    k.die_with_parent()
    k.sethostname("sandbox")
    _build_root(jail.readable, sources)


def _build_root(readable: list[str], sources: dict[str, int]) -> None:
    os.umask(0o022)  # a stricter one of the caller's would close the folders made here to the forks' users
    k.mount(None, "/", None, k.MS_REC | k.MS_PRIVATE)
    os.makedirs(ROOT, exist_ok=True)
    k.mount("tmpfs", ROOT, "tmpfs", _SAFE, "size=1m,nr_inodes=512,mode=755")
    for folder in ("dev", "tmp", "proc", "etc"):
        os.mkdir(f"{ROOT}/{folder}")
    # Before what is bound: a checkout below /tmp is bound into it.
    k.mount("tmpfs", f"{ROOT}/tmp", "tmpfs", _SAFE, "size=64m,nr_inodes=512,mode=700")
    for path in readable:
        if os.path.islink(path):
            os.symlink(os.readlink(path), ROOT + path)
        else:
            _bind(f"/proc/self/fd/{sources[path]}", ROOT + path, k.ATTR_RDONLY | k.ATTR_NOSUID | k.ATTR_NODEV)
            os.close(sources[path])
    for device in DEVICES:
        _bind(f"/dev/{device}", f"{ROOT}/dev/{device}", k.ATTR_NOSUID | k.ATTR_NOEXEC)
    os.mkdir(f"{ROOT}/dev/shm")
    for name in ("passwd", "group"):
        with open(f"{ROOT}/etc/{name}", "w") as file:
            file.write("student:x:1000:1000::/tmp:/bin/false\n" if name == "passwd" else "student:x:1000:\n")
    _mount_proc(f"{ROOT}/proc")
    k.mount(None, ROOT, None, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY | _SAFE)
    k.pivot_root(ROOT)


def _bind(source: str, target: str, attributes: int) -> None:
    if stat.S_ISDIR(os.stat(source).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "w").close()
    k.mount(source, target, None, k.MS_BIND | k.MS_REC)
    k.mount_setattr(target, attributes)


def _mount_proc(target: str) -> None:
    """The imports need /proc; it is gone before the first fork."""
    try:
        k.mount("proc", target, "proc", _SAFE | k.MS_NOEXEC)
    except OSError:  # a container masks parts of /proc, and then refuses a fresh one
        k.mount("/proc", target, None, k.MS_BIND | k.MS_REC)


def measure_and_close_proc() -> Baseline:
    """Read the zygote's size, keep a handle for writing id maps, and unmount /proc."""
    sizes = {}
    with open("/proc/self/status") as status:
        for line in status:
            name, _, value = line.partition(":")
            if name in ("VmSize", "VmData"):
                sizes[name] = int(value.split()[0]) * 1024
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    k.unmount("/proc")
    return Baseline(sizes["VmSize"], sizes["VmData"], proc)


# Its forks -------------------------------------------------------------------------------------------------------


@dataclass
class Laps:
    """What each step cost, in ms of wall time."""

    ms: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.ms[name] = round((now - self._last) * 1e3, 3)
        self._last = now


def enter_fork(jail: ZygoteJail, baseline: Baseline, uid: int) -> Laps:
    """Lock this process in. File descriptors must already be what they are to be (see `zygote`)."""
    laps = Laps()
    proc = os.dup(baseline.proc)
    k.unshare(k.NEWNS | k.NEWNET | k.NEWIPC | k.NEWUTS | (0 if jail.many_uids else k.NEWUSER))
    if not jail.many_uids:
        _map_one_uid(proc)
    laps.lap("namespaces")
    owner = f"uid={uid},gid={uid}," if jail.many_uids else ""
    zygotes_tmp = os.open("/tmp", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    for folder in ("/tmp", "/dev/shm"):
        size = f"size={CEILING.tmp_mib}m,nr_inodes={CEILING.tmp_inodes},mode=700"
        k.mount("tmpfs", folder, "tmpfs", _SAFE | k.MS_NOEXEC, owner + size)
    _show_again(zygotes_tmp, [path for path in jail.readable if path.startswith("/tmp/")])
    os.close(zygotes_tmp)
    os.chdir("/tmp")
    laps.lap("private /tmp and /dev/shm")
    _set_limits(baseline)
    _be_killed_first(proc)
    os.close(proc)
    os.close(baseline.proc)
    k.drop_privileges(uid if jail.many_uids else None)
    k.die_with_parent()
    laps.lap("limits, own id, no capabilities")
    devices = [f"/dev/{name}" for name in DEVICES if name != "null"]
    k.landlock([*jail.readable, "/etc", *devices], ["/tmp", "/dev/shm", "/dev/null"])
    laps.lap("Landlock")
    k.seccomp_load(jail.bpf)
    laps.lap("seccomp")
    verify(uid if jail.many_uids else None)
    laps.lap("asking the kernel what holds")
    return laps


def _show_again(covered_tmp: int, paths: list[str]) -> None:
    """Bind what the fork's own /tmp covers: the code and the libraries of a checkout that lies below /tmp."""
    for path in paths:
        os.fchdir(covered_tmp)  # /proc/self/fd is gone, so the source is named from its folder
        _bind(path.removeprefix("/tmp/"), path, k.ATTR_RDONLY | k.ATTR_NOSUID | k.ATTR_NODEV)


def _map_one_uid(proc: int) -> None:
    """A nested user namespace of one id: process counts of its own, and no authority over the zygote's mounts."""
    for name, text in (("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", "1000 0 1")):
        fd = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        os.write(fd, text.encode())
        os.close(fd)


def _set_limits(baseline: Baseline) -> None:
    """RLIMIT_DATA and RLIMIT_AS are per process; the cgroup, where there is one, counts the whole job."""
    data = baseline.data + CEILING.memory_mib * MIB
    space = baseline.address_space + (CEILING.memory_mib + 256) * MIB
    for name, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, CEILING.processes),
        (resource.RLIMIT_FSIZE, CEILING.file_mib * MIB),
        (resource.RLIMIT_NOFILE, CEILING.open_files),
        (resource.RLIMIT_STACK, 8 * MIB),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 64),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_AS, space),
    ):
        resource.setrlimit(name, (value, value))


def lower_limits(baseline: Baseline, memory_mib: int, cpu_s: int) -> None:
    """A job's own limits, set by its process before it reads any code. They can only go down.

    Pid 1 of a namespace ignores SIGXCPU, hence the hard limit one second later: that one is a SIGKILL.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    data = baseline.data + min(memory_mib, CEILING.memory_mib) * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (data, data))


def _be_killed_first(proc: int) -> None:
    """When the host runs out of memory, the kernel takes a job, never the database."""
    try:
        fd = os.open("self/oom_score_adj", os.O_WRONLY, dir_fd=proc)
    except OSError:  # the nested user namespace may not: then the host's limits decide
        return
    os.write(fd, b"1000")
    os.close(fd)


def verify(uid: int | None) -> None:
    """Ask the kernel, not our own bookkeeping, what holds. Raises PermissionError naming what does not."""
    wrong = []
    if k.has_capabilities():
        wrong.append("no-capabilities")
    if not k.no_new_privs():
        wrong.append("no-new-privs")
    if not k.seccomp_filtering():
        wrong.append("seccomp")
    if uid is not None and set(os.getresuid() + os.getresgid()) != {uid}:
        wrong.append("own-uid")
    if os.getpid() != 1:
        wrong.append("pid-namespace")
    if os.path.exists("/proc/self") or os.path.exists("/sys"):
        wrong.append("mount-namespace")
    if k.can_open_socket(socket.AF_INET):
        wrong.append("network-namespace")
    if k.can_unshare(k.NEWUSER):
        wrong.append("user-namespace")
    if wrong:
        raise PermissionError("not in force: " + ", ".join(wrong))
