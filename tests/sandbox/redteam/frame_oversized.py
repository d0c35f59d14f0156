# attack: a frame of four gigabytes, so that the reader makes room for it
# layer: frames
# outcome: protocol_violation
import os
import struct
import time


def double(x):
    os.write(3, struct.pack("<4sQII", b"GRV1", 1, 0xFFFFFFFF, 0xFFFFFFFF))
    time.sleep(3600)
