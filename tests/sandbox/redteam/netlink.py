# attack: ask the kernel about interfaces, routes, processes and audit by netlink
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

for protocol in range(23):
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        os.write(1, f"BREACH netlink {protocol}".encode())
    except OSError:
        pass


def double(x):
    return x * 2
