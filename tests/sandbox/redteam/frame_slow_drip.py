# attack: send a frame byte by byte, each just before patience ends
# layer: deadline
# outcome: time_limit
# wall: 2
import os
import struct
import time


def double(x):
    os.write(3, struct.pack("<4sQII", b"GRV1", 1, 100000, 0))
    while True:
        os.write(3, b"[")
        time.sleep(0.05)
