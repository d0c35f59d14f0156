# attack: pass open files and false credentials along with a frame, to fill or confuse the reader
# layer: frames
# outcome: protocol_violation, ok
# score: 0
import array
import socket

peer = socket.socket(fileno=3)


def double(x):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
    for _ in range(50):
        peer.sendmsg([b"GRV1" + bytes(16)], rights)
