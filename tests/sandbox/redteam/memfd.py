# attack: files in memory that no file system counts
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

try:
    os.memfd_create("hoard")
    os.write(1, b"BREACH memfd_create")
except OSError:
    pass
if ctypes.CDLL(None, use_errno=True).syscall(447, 0) >= 0:
    os.write(1, b"BREACH memfd_secret")


def double(x):
    return x * 2
