# attack: mount the cgroup hierarchies and leave the group
# layer: mount-namespace
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("/tmp/cg", exist_ok=True)
for kind, data in ((b"cgroup", b"memory"), (b"cgroup", b"pids"), (b"cgroup2", None)):
    if libc.mount(b"none", b"/tmp/cg", kind, 0, data) == 0:
        os.write(1, b"BREACH mounted " + kind)
for path in ("/sys/fs/cgroup", "/sys", "/proc/self/cgroup", "/sys/fs/cgroup/memory/tasks"):
    if os.path.exists(path):
        os.write(1, f"BREACH sees {path}".encode())


def double(x):
    return x * 2
