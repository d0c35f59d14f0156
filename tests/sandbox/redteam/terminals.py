# attack: type into a terminal, make one, and steer files asynchronously
# layer: seccomp
# outcome: ok
# score: 2
import fcntl
import os

for fd in range(5):
    for request in (0x5412, 0x540E, 0x5414, 0x5423, 0x541C, 0xC0045405):
        try:
            fcntl.ioctl(fd, request, b"x" * 64)
            os.write(1, f"BREACH ioctl {request:#x} on {fd}".encode())
        except OSError:
            pass
    for command, value in ((fcntl.F_SETOWN, 1), (fcntl.F_SETSIG, 9), (fcntl.F_SETLEASE, 1), (fcntl.F_NOTIFY, 1)):
        try:
            fcntl.fcntl(fd, command, value)
            os.write(1, f"BREACH fcntl {command} on {fd}".encode())
        except OSError:
            pass
try:
    os.openpty()
    os.write(1, b"BREACH a terminal")
except OSError:
    pass


def double(x):
    return x * 2
