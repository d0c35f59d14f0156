# attack: FIFOs and sockets in place of files, so that a reader blocks for ever
# layer: mount-namespace
# outcome: ok
# score: 2
import os
import socket

for folder in ("/tmp", "/dev/shm"):
    for name in ("report.json", "submission.py", "tests_of_exercise.py", "core"):
        try:
            os.mkfifo(f"{folder}/{name}")
        except OSError:
            pass
    try:
        socket.socket(socket.AF_UNIX).bind(f"{folder}/sock")
    except OSError:
        pass


def double(x):
    return x * 2
