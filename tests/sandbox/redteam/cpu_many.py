# attack: take every core with as many processes as there may be, each under its own CPU limit
# layer: deadline
# outcome: time_limit, process_limit
# wall: 2
import os


def double(x):
    for _ in range(4):
        os.fork()
    while True:
        pass
