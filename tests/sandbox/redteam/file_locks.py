# attack: lock files that all submissions share, to stop others or to talk with them
# layer: seccomp
# outcome: ok
# score: 2
import fcntl
import os

import torch

for path in (torch.__file__, os.__file__, "/dev/null", "/etc/passwd"):
    fd = os.open(path, os.O_RDONLY)
    for name, act in {
        "flock": lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB),
        "write lock": lambda: fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB),
    }.items():
        try:
            act()
            os.write(1, f"BREACH {name} on {path}".encode())
        except OSError:
            pass


def double(x):
    return x * 2
