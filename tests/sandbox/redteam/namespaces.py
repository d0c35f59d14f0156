# attack: new namespaces, for capabilities over them
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
for bit in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    if libc.unshare(bit) == 0:
        os.write(1, f"BREACH unshare {bit:#x}".encode())
    if bit != 0x80:  # that bit means something else to clone
        pid = libc.syscall(56, ctypes.c_long(bit | signal.SIGCHLD), None, None, None, None)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            os.write(1, f"BREACH clone {bit:#x}".encode())
    arguments = (ctypes.c_ulong * 11)(bit, 0, 0, 0, signal.SIGCHLD)
    pid = libc.syscall(435, arguments, 88)
    if pid == 0:
        os._exit(0)
    if pid > 0:
        os.write(1, f"BREACH clone3 {bit:#x}".encode())
for fd in range(8):
    if libc.setns(fd, 0) == 0:
        os.write(1, b"BREACH setns %d" % fd)


def double(x):
    return x * 2
