"""The Linux calls that Python 3.11 lacks, typed. x86_64 and aarch64.

Every function raises OSError with the call's name when the kernel says no; nothing here decides policy.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
import struct
import time
from collections.abc import Sequence

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18,
)  # fmt: skip
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_GET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 21, 24
_PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 39, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_MADV_COLLAPSE, _HUGE_PAGE = 25, 2 << 20

_X86 = platform.machine() == "x86_64"
_NR = {
    "pivot_root": 155 if _X86 else 41,
    "capget": 125 if _X86 else 90,
    "capset": 126 if _X86 else 91,
    "seccomp": 317 if _X86 else 277,
    "close_range": 436,
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def _syscall(name: str, *args: object) -> int:
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return _check(_libc.syscall(_NR[name], *words), name)


# Namespaces and mounts


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), f"unshare({flags:#x})")


def setns(fd: int, kind: int) -> None:
    _check(_libc.setns(fd, kind), "setns")


def sethostname(name: str) -> None:
    raw = name.encode()
    _check(_libc.sethostname(raw, len(raw)), "sethostname")


def mount(source: str | None, target: str, fstype: str | None, flags: int = 0, data: str | None = None) -> None:
    def encode(text: str | None) -> bytes | None:
        return None if text is None else text.encode()

    result = _libc.mount(encode(source), target.encode(), encode(fstype), flags, encode(data))
    _check(result, f"mount {source or fstype} on {target}")


def unmount(target: str) -> None:
    mnt_detach = 2
    _check(_libc.umount2(target.encode(), mnt_detach), f"unmount {target}")


def mount_setattr(path: str, attributes: int) -> None:
    """Set ATTR_* flags on the mount at `path` and on all below it."""
    at_fdcwd, at_recursive = -100, 0x8000
    wanted = ctypes.create_string_buffer(struct.pack("=QQQQ", attributes, 0, 0, 0))
    _syscall("mount_setattr", at_fdcwd, ctypes.c_char_p(path.encode()), at_recursive, wanted, 32)


def pivot_root(new_root: str) -> None:
    """Make `new_root` (a mount point) the root, and let go of the old one."""
    os.chdir(new_root)
    _syscall("pivot_root", ctypes.c_char_p(b"."), ctypes.c_char_p(b"."))
    unmount(".")
    os.chdir("/")


# Credentials


def close_from(fd: int) -> None:
    _syscall("close_range", fd, 0xFFFFFFFF, 0)


def die_with_parent() -> None:
    """SIGKILL this process when its parent dies. A later change of credentials clears it: call it after them."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "PR_SET_PDEATHSIG")


def drop_privileges(uid: int | None) -> None:
    """Take `uid` for every user and group id (None: keep them), no groups, no capabilities, and no way to new ones."""
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "PR_CAP_AMBIENT")
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            if ctypes.get_errno() == errno.EINVAL:  # past the last capability that this kernel knows
                break
            _check(-1, "PR_CAPBSET_DROP")
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    _syscall("capset", header, ctypes.create_string_buffer(bytes(24)))
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    # A server that is not root may measure only what is dumpable. Nobody in a jail can trace another all the same.
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0 if uid is not None else 1, 0, 0, 0), "PR_SET_DUMPABLE")


def has_capabilities() -> bool:
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    sets = ctypes.create_string_buffer(24)
    _syscall("capget", header, sets)
    return any(sets.raw)


def no_new_privs() -> bool:
    return int(_libc.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) == 1


def seccomp_filtering() -> bool:
    return int(_libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0)) == 2


def can_open_socket(family: int) -> bool:
    fd = _libc.socket(family, 1, 0)
    if fd >= 0:
        os.close(fd)
    return bool(fd >= 0)


def can_unshare(flags: int) -> bool:
    return bool(_libc.unshare(flags) == 0)


# Landlock (Documentation/userspace-api/landlock.rst)

_LL_EXECUTE, _LL_WRITE, _LL_READ, _LL_READ_DIR, _LL_MAKE_CHAR, _LL_MAKE_BLOCK = 1, 2, 4, 8, 1 << 6, 1 << 11
_LL_TRUNCATE, _LL_IOCTL = 1 << 14, 1 << 15
_LL_ON_FILES = _LL_EXECUTE | _LL_WRITE | _LL_READ | _LL_TRUNCATE | _LL_IOCTL
_LL_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_LL_HANDLED_FROM_5 = (1 << 16) - 1


def landlock_abi() -> int:
    """The kernel's Landlock version, 0 without Landlock."""
    return max(0, int(_libc.syscall(_NR["landlock_create_ruleset"], None, 0, 1)))


def landlock(read_only: Sequence[str], read_write: Sequence[str]) -> None:
    """Deny every path but these (missing ones are skipped); no TCP; signals and abstract sockets stay inside.

    What is read-only may be executed (shared libraries are mapped so); what is written may not, nor hold devices.
    """
    abi = landlock_abi()
    if not abi:
        raise OSError(errno.ENOSYS, "landlock: not in this kernel")
    handled = _LL_HANDLED.get(abi, _LL_HANDLED_FROM_5)
    net, scope = (3 if abi >= 4 else 0), (3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", handled, net, scope))
    ruleset = _syscall("landlock_create_ruleset", attributes, size, 0)
    writing = handled & ~(_LL_EXECUTE | _LL_MAKE_CHAR | _LL_MAKE_BLOCK)
    for paths, access in ((read_only, _LL_EXECUTE | _LL_READ | _LL_READ_DIR), (read_write, writing)):
        for path in paths:
            _landlock_allow(ruleset, path, access & handled)
    _syscall("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _landlock_allow(ruleset: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(fd).st_mode):
        access &= _LL_ON_FILES
    rule_path_beneath = 1
    rule = ctypes.create_string_buffer(struct.pack("=Qi", access, fd))
    _syscall("landlock_add_rule", ruleset, rule_path_beneath, rule, 0)
    os.close(fd)


# seccomp


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def seccomp_load(bpf: bytes) -> None:
    """Install a compiled filter (8 bytes an instruction) for this process and its children."""
    buffer = ctypes.create_string_buffer(bpf, len(bpf))
    program = _FilterProgram(len(bpf) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    set_mode_filter = 1
    _syscall("seccomp", set_mode_filter, 0, ctypes.byref(program))


# Memory and time


def collapse_anonymous_memory() -> int:
    """Gather this process's anonymous memory into huge pages; returns how many.

    fork() copies one entry a page: with 2 MiB pages it copies about a hundred entries instead of fifty thousand.
    """
    collapsed = 0
    with open("/proc/self/maps") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        addresses, mode, _, _, inode, *name = line.split(None, 5)
        if mode != "rw-p" or inode != "0" or (name and name[0].strip() != "[heap]"):
            continue
        start, end = (int(x, 16) for x in addresses.split("-"))
        start = (start + _HUGE_PAGE - 1) & ~(_HUGE_PAGE - 1)
        while start + _HUGE_PAGE <= end:
            collapsed += _libc.madvise(start, _HUGE_PAGE, _MADV_COLLAPSE) == 0
            start += _HUGE_PAGE
    return collapsed


def process_cpu_ms(pid: int) -> float:
    """CPU time of all threads of a running process. Raises OSError once it is reaped."""
    cpuclock_sched = 2
    return time.clock_gettime((~pid << 3) | cpuclock_sched) * 1e3
