# attack: timers and pending signals without end
# layer: rlimits
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
made = 0
for _ in range(5000):
    timer = ctypes.c_void_p()
    if libc.timer_create(1, None, ctypes.byref(timer)) != 0:
        break
    made += 1
if made > 1000:
    os.write(1, b"BREACH %d timers" % made)


def double(x):
    return x * 2
