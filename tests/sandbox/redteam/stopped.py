# attack: stop itself and its children, so that nobody answers and nobody ends
# layer: deadline
# outcome: time_limit
# wall: 2
import os
import signal


def double(x):
    for _ in range(3):
        if os.fork() == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    signal.pause()
