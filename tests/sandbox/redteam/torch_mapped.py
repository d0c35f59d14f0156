# attack: change torch's library in memory, privately, and see whether the file or the neighbours change
# layer: mount-namespace
# outcome: ok
# score: 2
import mmap
import os

import torch

path = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
fd = os.open(path, os.O_RDONLY)
try:
    mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
    os.write(1, b"BREACH a writable shared mapping of torch")
except OSError:
    pass
private = mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
private[:4] = b"EVIL"
if os.pread(fd, 4, 0) == b"EVIL":
    os.write(1, b"BREACH torch's file changed")


def double(x):
    return x * 2
