# attack: open every file that there may be, and leave the harness none
# layer: rlimits
# outcome: ok, exited, protocol_violation
# score: 0, 2
import os

hoard = []


def double(x):
    try:
        while True:
            hoard.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return x * 2
