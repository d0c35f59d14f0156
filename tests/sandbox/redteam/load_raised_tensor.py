# attack: an exception whose text is a tensor
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


forge(b'{"v":{"$":"dict","v":[["value",{"$":"dict","v":[["findings",{"$":"list","v":[{"$":"list","v":["load_raised",{"$":"dict","v":[["text",{"$":"tensor","v":0}]]}]}]}]]}]]},"t":[["uint8",[3],0,3]]}', bytes(3))
