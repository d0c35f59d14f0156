# attack: look for the listener, the files and the processes that an earlier submission left behind
# layer: pid-namespace
# outcome: ok
# score: 2
import os
import socket

with socket.socket(socket.AF_UNIX) as probe:
    try:
        probe.connect("\0gradus-meeting-point")
        os.write(1, b"BREACH met another submission")
    except OSError:
        pass
if os.listdir("/tmp") or os.listdir("/dev/shm"):
    os.write(1, f"BREACH files of others: {os.listdir('/tmp')} {os.listdir('/dev/shm')}".encode())


def double(x):
    return x * 2
