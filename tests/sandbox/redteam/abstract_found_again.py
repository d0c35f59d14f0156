# attack: look for the listener, the files and the processes that an earlier submission left behind
# layer: pid-namespace
# outcome: ok
# score: 2
import os
import socket
import sys

try:
    socket.socket(socket.AF_UNIX).connect("\0gradus-meeting-point")
    os.write(1, b"BREACH met another submission")
except OSError:
    pass
# A checkout below /tmp shows the way to its own code there.
found = [name for name in os.listdir("/tmp") if not os.__file__.startswith(f"/tmp/{name}/")]
found = [name for name in found if not any(path.startswith(f"/tmp/{name}/") for path in sys.path)]
if found or os.listdir("/dev/shm"):
    os.write(1, f"BREACH files of others: {found} {os.listdir('/dev/shm')}".encode())


def double(x):
    return x * 2
