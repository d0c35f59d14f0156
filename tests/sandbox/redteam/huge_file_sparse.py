# attack: a file of a terabyte that holds nothing, mapped and touched
# layer: rlimits
# outcome: output_limit
import os


def double(x):
    fd = os.open("/tmp/sparse", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 1 << 40)
    os.write(1, b"BREACH a sparse terabyte")
