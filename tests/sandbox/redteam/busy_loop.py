# attack: never return, and ignore every signal that can be ignored
# layer: deadline
# outcome: time_limit
# wall: 2
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def double(x):
    while True:
        pass
