# attack: leave a listener with an abstract name for the next submission to find
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket
import time

NAME = "\0gradus-meeting-point"
try:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(NAME)
    listener.listen()
    os.write(1, b"BREACH a listener")
except OSError:
    pass
if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(60)


def double(x):
    return x * 2
