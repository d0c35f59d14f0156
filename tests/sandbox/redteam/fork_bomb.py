# attack: fork until the machine gives up
# layer: rlimits
# outcome: process_limit
import os


def double(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
