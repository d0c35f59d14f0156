# attack: promise a long frame, send a little, and go
# layer: frames
# outcome: exited
import os
import struct


def double(x):
    os.write(3, struct.pack("<4sQII", b"GRV1", 1, 1000, 0) + b'{"v":')
    os._exit(0)
