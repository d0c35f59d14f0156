# attack: every family of sockets: unix, packet, vsock, alg, xdp, bluetooth, tipc, rds, can and so on
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
pair = (ctypes.c_int * 2)()
for family in range(64):
    for kind in (1, 2, 3, 5, 10):
        if libc.socket(family, kind, 0) >= 0:
            os.write(1, f"BREACH family {family} kind {kind}".encode())
        if libc.socketpair(family, kind, 0, pair) == 0:
            os.write(1, f"BREACH pair of family {family}".encode())
# The kernel looks at 32 bits of the family: the upper half must not slip past the filter.
if libc.syscall(41, ctypes.c_long((1 << 32) | 2), ctypes.c_long(1), ctypes.c_long(0)) >= 0:
    os.write(1, b"BREACH family 2 in disguise")


def double(x):
    return x * 2
