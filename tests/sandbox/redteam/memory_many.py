# attack: fill memory from eight processes, each under its own limit
# layer: cgroup
# outcome: memory_limit
import os


def double(x):
    for _ in range(7):
        if os.fork() == 0:
            break
    hoard = [bytearray(b"x" * (4 << 20)) for _ in range(48)]
    while True:
        hoard[0][0] ^= 1
