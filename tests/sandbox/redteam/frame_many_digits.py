# attack: a number of a hundred thousand digits
# layer: frames
# outcome: protocol_violation
import os
import struct
import sys
import time


def forge(text, raw=b""):
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    message = struct.pack("<4sQII", b"GRV1", frame.f_locals["frame_id"], len(text), len(raw)) + text + raw
    while message:
        message = message[os.write(3, message) :]
    time.sleep(3600)


def double(x):
    forge(b'{"v":{"$":"dict","v":[["value",' + b"9" * 100_000 + b']]},"t":[]}')
