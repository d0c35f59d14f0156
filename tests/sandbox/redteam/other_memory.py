# attack: read and write the memory of siblings and of the process that forked this one
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(64)
local = Piece(ctypes.addressof(buffer), 64)
remote = Piece(id(local) & ~4095, 64)
for pid in (1, 2, 3, os.getppid(), os.getpid()):
    for call in (310, 311):
        if libc.syscall(call, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) >= 0:
            os.write(1, f"BREACH call {call} on {pid}".encode())


def double(x):
    return x * 2
