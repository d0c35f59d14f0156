# attack: fork until the machine gives up
# layer: rlimits
# outcome: process_limit
# wall: 2
import os


def double(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
