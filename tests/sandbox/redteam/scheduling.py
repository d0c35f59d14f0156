# attack: take priority over other jobs: real time, negative niceness, other cores
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
tries = {
    "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    "niceness": lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
    "affinity": lambda: os.sched_setaffinity(0, range(64)),
    "affinity of others": lambda: os.sched_setaffinity(2, {0}),
}
for name, act in tries.items():
    try:
        act()
        os.write(1, f"BREACH {name}".encode())
    except OSError:
        pass
if libc.syscall(314, 0, ctypes.create_string_buffer(64), 0) == 0:
    os.write(1, b"BREACH sched_setattr")
if libc.syscall(251, 1, 0, 1 << 13) == 0:
    os.write(1, b"BREACH ioprio_set")


def double(x):
    return x * 2
