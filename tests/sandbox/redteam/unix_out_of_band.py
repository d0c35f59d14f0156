# attack: out-of-band bytes on the one socket there is, a corner of the kernel with a history of escapes
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

peer = socket.socket(fileno=os.dup(3))
for send in (lambda: peer.send(b"x", socket.MSG_OOB), lambda: peer.sendmsg([b"x"], [], socket.MSG_OOB)):
    try:
        send()
        os.write(1, b"BREACH MSG_OOB")
    except OSError:
        pass


def double(x):
    return x * 2
