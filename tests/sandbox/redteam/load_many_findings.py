# attack: findings without end
# layer: frames
# outcome: protocol_violation
# wall: 2
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


forge(b'{"v":{"$":"dict","v":[["value",{"$":"dict","v":[["findings",{"$":"list","v":[' + b",".join([b'{"$":"list","v":["nul_bytes",{"$":"dict","v":[]}]}'] * 15_000) + b']}]]}]]},"t":[]}')
