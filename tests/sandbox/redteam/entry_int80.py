# attack: system calls by the 32-bit entry, whose numbers mean other calls
# layer: seccomp
# outcome: forbidden_syscall, crashed
import ctypes
import mmap
import os

# mov eax, 20 (getpid); int 0x80; ret
CODE = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


def double(x):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    entry = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    os.write(1, b"BREACH int80 answered %d" % entry())
    return x * 2
