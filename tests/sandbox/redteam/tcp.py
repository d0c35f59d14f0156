# attack: talk to the network by TCP
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

for family, address in (
    (socket.AF_INET, ("1.1.1.1", 53)),
    (socket.AF_INET, ("169.254.169.254", 80)),
    (socket.AF_INET6, ("2606:4700:4700::1111", 53)),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            os.write(1, b"BREACH a TCP socket")
            sock.settimeout(0.5)
            sock.connect(address)
            os.write(1, b"BREACH connected")
    except OSError:
        pass


def double(x):
    return x * 2
