# attack: mount a /proc of its own
# layer: no-capabilities
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("/tmp/proc", exist_ok=True)
for target in (b"/tmp/proc", b"/proc"):
    if libc.mount(b"proc", target, b"proc", 0, None) == 0:
        os.write(1, b"BREACH mounted proc on " + target)
if libc.syscall(430, b"proc", 0) >= 0:
    os.write(1, b"BREACH fsopen")


def double(x):
    return x * 2
