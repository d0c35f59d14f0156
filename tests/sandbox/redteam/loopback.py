# attack: reach databases, brokers and the web server on the loopback address
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

for port in (22, 80, 443, 2375, 5432, 6379, 8000, 11211):
    for host in ("127.0.0.1", "::1", "0.0.0.0"):
        try:
            socket.create_connection((host, port), 0.2)
            os.write(1, f"BREACH connected to {host}:{port}".encode())
        except OSError:
            pass
try:
    socket.create_server(("127.0.0.1", 0))
    os.write(1, b"BREACH listens")
except OSError:
    pass


def double(x):
    return x * 2
