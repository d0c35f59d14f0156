# attack: walk up the frames for expected values, and through the coroutines and generators on the way
# layer: checker
# outcome: ok
# score: 0
import os
import sys

import torch


def double(x):
    frame, right = sys._getframe(), x * 2
    while frame := frame.f_back:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if isinstance(value, torch.Tensor) and value is not x and value.shape == x.shape and torch.equal(value, right):
                os.write(1, b"BREACH the expected value")
            if type(value).__name__ in ("Local", "CheckerPart", "Remote", "Run"):
                os.write(1, b"BREACH " + type(value).__name__.encode())
    return None
