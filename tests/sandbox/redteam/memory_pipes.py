# attack: keep kernel memory in the buffers of pipes
# layer: rlimits
# outcome: ok
# score: 2
import fcntl
import os

kept = 0
try:
    while True:
        read_end, write_end = os.pipe()
        try:
            fcntl.fcntl(write_end, 1031, 1 << 20)
        except OSError:
            pass
        os.set_blocking(write_end, False)
        try:
            while True:
                kept += os.write(write_end, b"p" * 65536)
        except BlockingIOError:
            pass
except OSError:
    pass
if kept > 64 << 20:
    os.write(1, b"BREACH %d bytes in pipes" % kept)


def double(x):
    return x * 2
