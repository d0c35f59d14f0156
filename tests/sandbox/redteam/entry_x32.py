# attack: system calls by the x32 entry: the usual numbers with bit 30 set
# layer: seccomp
# outcome: forbidden_syscall
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def double(x):
    for number in (39, 41, 101, 59, 520):
        if libc.syscall(0x40000000 | number, 2, 1, 0, 0) >= 0:
            os.write(1, b"BREACH x32 call %d" % number)
    return x * 2
