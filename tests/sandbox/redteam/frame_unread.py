# attack: never read a request, and send until both directions are full
# layer: frames
# outcome: protocol_violation, exited
import socket

peer = socket.socket(fileno=3)


def double(x):
    peer.shutdown(socket.SHUT_RD)
    peer.sendall(b"x" * (64 << 20))
