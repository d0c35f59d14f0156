# attack: pin memory so that it can never be swapped out
# layer: rlimits
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
block = ctypes.create_string_buffer(1 << 20)
if libc.mlock(block, len(block)) == 0:
    os.write(1, b"BREACH mlock")
if libc.mlockall(3) == 0:
    os.write(1, b"BREACH mlockall")


def double(x):
    return x * 2
