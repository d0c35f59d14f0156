# attack: stop the kernel in mid-copy by handling its page faults
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for flags in (0, 1, os.O_CLOEXEC):
    if libc.syscall(323, flags) >= 0:
        os.write(1, b"BREACH userfaultfd")
if os.path.exists("/dev/userfaultfd"):
    os.write(1, b"BREACH /dev/userfaultfd")


def double(x):
    return x * 2
