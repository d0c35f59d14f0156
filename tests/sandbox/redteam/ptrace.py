# attack: trace a child, the parent, and every process in reach
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if child == 0:
    os._exit(0 if libc.ptrace(0, 0, None, None) < 0 else 1)
if os.waitpid(child, 0)[1] != 0:
    os.write(1, b"BREACH PTRACE_TRACEME")
for pid in range(-1, 50):
    for request in (16, 0x4206):
        if libc.ptrace(request, pid, None, None) >= 0:
            os.write(1, f"BREACH ptrace {request:#x} on {pid}".encode())


def double(x):
    return x * 2
