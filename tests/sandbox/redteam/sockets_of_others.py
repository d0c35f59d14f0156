# attack: connect to well-known sockets on paths and in the abstract name space
# layer: seccomp
# outcome: ok
# score: 2
import os
import socket

paths = ["/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket",
         "/run/systemd/private", "/dev/log", "/run/sandbox.sock", "/var/run/redis/redis.sock", "/tmp/sandbox.sock"]
abstract = ["\0/tmp/dbus-session", "\0/tmp/.X11-unix/X0", "\0/containerd-shim", "\0redteam-neighbour", "\0"]
for name in paths + abstract:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            socket.socket(socket.AF_UNIX, kind).connect(name)
            os.write(1, f"BREACH connected to {name!r}".encode())
        except OSError:
            pass


def double(x):
    return x * 2
