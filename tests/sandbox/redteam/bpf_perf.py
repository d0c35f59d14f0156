# attack: load kernel programs, and measure other processes
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
attributes = ctypes.create_string_buffer(128)
for command in range(36):
    if libc.syscall(321, command, attributes, 128) >= 0:
        os.write(1, b"BREACH bpf command %d" % command)
event = ctypes.create_string_buffer(128)
event[4] = 128
for pid, cpu in ((0, -1), (-1, 0), (1, -1)):
    if libc.syscall(298, event, pid, cpu, -1, 0) >= 0:
        os.write(1, b"BREACH perf_event_open")
if libc.syscall(317, 1, 0, attributes) >= 0:
    os.write(1, b"BREACH a seccomp filter of its own")


def double(x):
    return x * 2
