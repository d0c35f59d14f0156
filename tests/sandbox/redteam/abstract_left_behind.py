# attack: leave a listener with an abstract name for the next submission to find
# layer: network-namespace
# outcome: ok
# score: 2
import os
import socket

NAME = "\0gradus-meeting-point"
with socket.socket(socket.AF_UNIX) as probe:
    try:
        probe.connect(NAME)
        os.write(1, b"BREACH met another submission")
    except OSError:
        pass
listener = socket.socket(socket.AF_UNIX)
listener.bind(NAME)
listener.listen()
if os.fork() == 0:
    os.setsid()
    while True:
        listener.accept()


def double(x):
    return x * 2
