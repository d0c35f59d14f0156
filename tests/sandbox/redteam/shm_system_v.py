# attack: shared memory, semaphores and queues of System V and POSIX
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, call in {
    "shmget": lambda: libc.shmget(0, ctypes.c_size_t(1 << 20), 0o1600),
    "semget": lambda: libc.semget(0, 1, 0o1600),
    "msgget": lambda: libc.msgget(0, 0o1600),
    "mq_open": lambda: libc.syscall(240, b"queue", os.O_CREAT | os.O_RDWR, 0o600, None),
}.items():
    if call() >= 0:
        os.write(1, f"BREACH {name}".encode())


def double(x):
    return x * 2
