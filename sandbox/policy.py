"""What the jail allows, as data: layers, limits, the file system and the system calls, each with its reason."""

from __future__ import annotations

import errno
import functools
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CODE = Path(__file__).resolve().parent.parent

# Layers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layer:
    """One wall of the jail. A host without a required layer runs nothing."""

    name: str
    stops: str
    required: bool
    remedy: str


LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            "user-namespace",
            "any authority outside: the jail's root is nobody on the host",
            True,
            "sysctl user.max_user_namespaces=15000; on Debian before 12 kernel.unprivileged_userns_clone=1;"
            " on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; in Docker use the seccomp profile in docker/",
        ),
        Layer("pid-namespace", "signals to others, daemons that outlive the job, /proc of others", True, "as above"),
        Layer("mount-namespace", "reading or changing the host's files", True, "as above"),
        Layer("network-namespace", "any network, abstract sockets of others", True, "as above"),
        Layer("ipc-uts-namespaces", "shared memory and message queues of others, the host's name", True, "as above"),
        Layer("own-uid", "whatever is keyed by user: process counts, signals, files", True, "as above"),
        Layer("no-new-privs", "set-uid programs, file capabilities", True, "Linux 3.5 or newer"),
        Layer("no-capabilities", "mounts, raw sockets, ptrace, every privileged call", True, "Linux 4.3 or newer"),
        Layer("seccomp", "system calls that torch does not need, so most kernel bugs", True, "CONFIG_SECCOMP_FILTER"),
        Layer(
            "landlock",
            "files and TCP once more, should a mount leak",
            True,
            "Linux 5.13 or newer with landlock in the lsm= list",
        ),
        Layer("rlimits", "memory, processes, files, open files, CPU time of one process", True, "none needed"),
        Layer(
            "cgroup",
            "memory and processes of a whole job",
            False,
            "a writable cgroup (v2 with memory and pids delegated, or v1), as root or by systemd's Delegate=yes",
        ),
    )
}

# Limits ----------------------------------------------------------------------------------------------------------

MIB = 1 << 20


@dataclass(frozen=True)
class Ceiling:
    """The most that any job gets; a job's own limits only lower it."""

    wall_s: float = 60
    cpu_s: int = 60
    memory_mib: int = 2048
    processes: int = 32
    open_files: int = 256
    file_mib: int = 16
    tmp_mib: int = 32
    tmp_inodes: int = 1024
    output_kept: int = 64 << 10
    output_total: int = 1 << 20
    answer: int = 4 << 20
    checker_grace_s: float = 10  # to report after the student is gone; 3 s were too few on a full host


CEILING = Ceiling()
MOST_PATIENCE = 3  # so many times its deadline a job gets where the host has no core for it

# Files -----------------------------------------------------------------------------------------------------------

DEVICES = ("null", "zero", "full", "random", "urandom")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",  # libgomp hangs after a fork if the parent ever ran two threads
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # read once at start, hence in the environment
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TORCH_COMPILE_DISABLE": "1",  # torch.compile runs eagerly: a compiler has no place in the jail
}


def readable_paths() -> list[str]:
    """What a jailed Python may read: shared libraries, the standard library, site-packages, and the jail's own code.

    Exercises' content is not among them: a hidden test reaches only the process that it is sent to.
    """
    libraries = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo"]
    python = [f"{prefix}/lib" for prefix in (sys.base_prefix, sys.prefix)]
    exercises = [CODE / "exercises" / name for name in ("__init__.py", "harness", "results.py", "traced.py")]
    wanted = dict.fromkeys([*libraries, *python, *map(str, [CODE / "sandbox", *exercises])])
    paths = [path for path in wanted if Path(path).exists()]
    return [p for p in paths if not any(p.startswith(f"{other}/") for other in paths)]


# System calls ----------------------------------------------------------------------------------------------------

# An allow-list: what is not named answers ENOSYS, so that calls of newer kernels stay closed and libc falls back
# by itself (clone3 to clone, whose flags can be looked at).
ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range dup dup2 dup3
fsync fdatasync ftruncate truncate fallocate fadvise64 copy_file_range sendfile
open openat openat2 creat stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 getdents
getdents64 readlink readlinkat getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link
linkat symlink symlinkat chmod fchmod fchmodat umask utime utimes utimensat futimesat
mmap munmap mprotect mremap madvise brk mincore msync membarrier get_mempolicy
exit exit_group wait4 waitid getpid getppid gettid getuid geteuid getgid getegid getgroups getresuid getresgid getpgrp
getpgid getsid set_tid_address set_robust_list get_robust_list rseq sched_yield sched_getaffinity sched_getparam
sched_getscheduler sched_get_priority_max sched_get_priority_min getpriority getrusage getrlimit setrlimit times
sysinfo uname getcpu arch_prctl restart_syscall fork vfork capget
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack kill tkill tgkill
pause alarm getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time
futex futex_waitv poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
eventfd eventfd2 pipe pipe2 timerfd_create timerfd_settime timerfd_gettime getrandom
getsockname getpeername getsockopt recvfrom recvmsg shutdown
""".split()

# Refused by name: programs probe for these, and "not permitted" reads better than "not implemented".
# No new sockets at all: nobody's limits count what lies in their buffers, gigabytes without a cgroup; and a fork has
# the one it talks through. Nor descriptors over that one, which is what sendmsg is for.
REFUSED = """
execve execveat ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal kcmp
mount umount2 unshare setns pivot_root chroot bpf perf_event_open userfaultfd memfd_create memfd_secret
keyctl add_key request_key io_uring_setup io_uring_enter io_uring_register
setuid setgid setresuid setresgid setreuid setregid setgroups capset
mknod mknodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr
socket socketpair bind connect listen accept accept4 setsockopt sendmsg sendmmsg
syslog flock shmget shmat shmctl semget semop msgget mq_open inotify_init1 fanotify_init
sched_setscheduler sched_setaffinity setpriority ioprio_set mlock mlockall mbind set_mempolicy move_pages
""".split()

# What the server and the zygote need besides, before any fork is locked in: the rest of a container's own profile.
BUILDS_JAILS = """
unshare setns mount umount2 pivot_root mount_setattr landlock_create_ruleset landlock_add_rule landlock_restrict_self
seccomp prctl capset setuid setgid setresuid setresgid setgroups setfsuid setfsgid clone execve wait4 prlimit64 ioctl
fcntl socket socketpair bind connect listen accept accept4 setsockopt sendto sendmsg pidfd_open pidfd_send_signal sched_setaffinity setsid setpgid personality chown
fchown fchownat memfd_create sethostname vfork getppid tgkill mlock inotify_init1 inotify_add_watch setpriority
""".split()

_CLONE_NEW_ANY_OR_PARENT = 0x7E020000 | 0x8000
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIONCLEX FIOCLEX
_PRCTLS = (2, 3, 15, 16, 21, 27, 38, 39, 0x53564D41)  # names, dumpable?, seccomp?, no_new_privs, PR_SET_VMA
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032, 1034)  # dup, flags, locks, pipe size, seals?
_MSG_OOB = 1  # out-of-band bytes of unix sockets: nobody needs them, and they opened kernels more than once


@functools.cache
def seccomp_filter() -> bytes:
    """The allow-list as a BPF program, compiled on the trusted side: libseccomp is not in the jail."""
    import pyseccomp as sc

    masked, same = sc.MASKED_EQ, sc.EQ
    rules = sc.SyscallFilter(defaction=sc.ERRNO(errno.ENOSYS))
    rules.set_attr(sc.Attr.CTL_NNP, 0)  # no_new_privs is a layer of its own
    rules.set_attr(sc.Attr.CTL_OPTIMIZE, 2)  # a binary tree instead of a list
    rules.set_attr(sc.Attr.ACT_BADARCH, sc.KILL_PROCESS)  # 32-bit and x32 entries
    refused = sc.ERRNO(errno.EPERM)
    for action, names in ((sc.ALLOW, ALLOWED), (refused, REFUSED)):
        for name in names:
            if sc.resolve_syscall(sc.Arch.NATIVE, name) >= 0:  # negative: not on this architecture
                rules.add_rule(action, name)
    rules.add_rule(sc.ALLOW, "clone", sc.Arg(0, masked, _CLONE_NEW_ANY_OR_PARENT, 0))
    rules.add_rule(sc.ALLOW, "sendto", sc.Arg(3, masked, _MSG_OOB, 0))
    for call, argument, values in (("ioctl", 1, _IOCTLS), ("prctl", 0, _PRCTLS), ("fcntl", 1, _FCNTLS)):
        for value in values:
            rules.add_rule(sc.ALLOW, call, sc.Arg(argument, masked, 0xFFFFFFFF, value))
    rules.add_rule(sc.ALLOW, "personality", sc.Arg(0, same, 0xFFFFFFFF))
    rules.add_rule(sc.ALLOW, "prlimit64", sc.Arg(0, same, 0))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def container_profile() -> dict[str, object]:
    """A seccomp profile for the container that the server runs in, as Docker reads it.

    It opens the calls that build jails, which Docker's default keeps shut, and little else that the jails don't use.
    """
    names = sorted({*ALLOWED, *BUILDS_JAILS})
    rules: list[dict[str, object]] = [{"names": names, "action": "SCMP_ACT_ALLOW"}]
    # Named, since older engines don't read defaultErrnoRet: at "not permitted", libc would not fall back to clone.
    rules.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS})
    return {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": errno.ENOSYS, "syscalls": rules}
