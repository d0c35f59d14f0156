# attack: promise a long frame, send a little, and wait
# layer: deadline
# outcome: time_limit
# wall: 2
import os
import struct
import time


def double(x):
    os.write(3, struct.pack("<4sQII", b"GRV1", 1, 1000, 0) + b'{"v":')
    time.sleep(3600)
