# attack: five hundred large tensors over the same bytes, so that the reader copies them five hundred times
# layer: values
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
    forge(b'{"v":null,"t":[' + b",".join([b'["uint8",[16777216],0,16777216]'] * 500) + b"]}", bytes(16 << 20))
