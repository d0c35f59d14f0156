# attack: out-of-band bytes on unix sockets, a corner of the kernel with a history of escapes
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

left, right = socket.socketpair()
for send in (lambda: left.send(b"x", socket.MSG_OOB), lambda: left.sendmsg([b"x"], [], socket.MSG_OOB)):
    try:
        send()
        os.write(1, b"BREACH MSG_OOB")
    except OSError:
        pass


def double(x):
    return x * 2
