# attack: system calls by a ring that no filter sees
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
parameters = ctypes.create_string_buffer(120)
if libc.syscall(425, 8, parameters) >= 0:
    os.write(1, b"BREACH io_uring_setup")
for number in (426, 427):
    if libc.syscall(number, 0, 0, 0, 0, 0, 0) >= 0:
        os.write(1, b"BREACH io_uring %d" % number)
context = ctypes.c_ulong()
if libc.syscall(206, 8, ctypes.byref(context)) >= 0:
    os.write(1, b"BREACH io_setup")


def double(x):
    return x * 2
