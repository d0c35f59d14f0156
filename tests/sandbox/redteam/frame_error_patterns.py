# attack: a forged error, longer than any honest one, on which the matching of known errors takes for ever
# layer: checker
# outcome: time_limit
# wall: 3
import json
import os
import struct
import sys

LINE = "leaf Variable that requires grad expected output with shape takes missing 1 "


def double(x):
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    error = {"$": "dict", "v": [["type", "RuntimeError"], ["text", LINE * 13000]]}
    text = json.dumps({"v": {"$": "dict", "v": [["error", error]]}, "t": []}).encode()
    message = struct.pack("<4sQII", b"GRV1", frame.f_locals["frame_id"], len(text), 0) + text
    while message:
        message = message[os.write(3, message) :]
    while True:
        pass
