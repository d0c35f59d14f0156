# attack: read, join and fill kernel key rings
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (
    ("keyctl join", (250, 1, None)),
    ("keyctl get", (250, 0, -3, 1)),
    ("add_key", (248, b"user", b"k", b"v", 1, -4)),
    ("request_key", (249, b"user", b"k", None, -4)),
):
    if libc.syscall(*arguments) >= 0:
        os.write(1, f"BREACH {name}".encode())


def double(x):
    return x * 2
