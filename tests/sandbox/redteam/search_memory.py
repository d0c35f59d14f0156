# attack: scan all readable memory of the own process, byte by byte, for the hidden tests
# layer: checker
# outcome: ok
# score: 2
import ctypes
import mmap
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.pwrite.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long]
libc.pwrite.restype = ctypes.c_ssize_t
libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
libc.sbrk.restype = ctypes.c_void_p
PREFIX, SUFFIX = b"hidden-", bytes(c ^ 0x55 for c in b"\x37\x66\x33\x61\x39\x63\x35\x31")  # one byte at a time below
CONTROL = "".join(map(chr, [99, 111, 110, 116, 114, 111, 108, 33])).encode()
control = PREFIX + CONTROL
STEP = 2 << 20
deadline = time.process_time() + 2


def looks_hidden(after):
    return len(after) == 8 and all(a ^ 0x55 == b for a, b in zip(after, SUFFIX))


def mapped(start, end, step, vector=ctypes.create_string_buffer(1024)):
    for address in range(start, end, step):
        if time.process_time() > deadline:
            return
        if libc.mincore(address, step, vector) == 0:
            yield address, step
        elif step > 4096:
            yield from mapped(address, address + step, step // 16 if step > 65536 else 4096)


def windows():
    near = [id(object()), id(control), ctypes.addressof(ctypes.create_string_buffer(8)), id(os), libc.sbrk(0),
            ctypes.cast(libc.write, ctypes.c_void_p).value, id(type)]
    for address in near:
        base = address & ~(STEP - 1)
        yield max(STEP, base - (256 << 20)), base + (256 << 20)


def search():
    fd = os.open("/tmp/copy", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, STEP)
    copy = mmap.mmap(fd, STEP)
    done, found_control, scanned = set(), False, 0
    for low, high in windows():
        for address, size in mapped(low, high, STEP):
            if address in done:
                continue
            done.add(address)
            got = libc.pwrite(fd, address, size, 0)
            scanned += max(0, got)
            start = copy.find(PREFIX, 0, max(0, got))
            while start >= 0:
                after = copy[start + 7 : start + 15]
                if looks_hidden(after):
                    os.write(1, b"BREACH a hidden test in memory")
                found_control |= after == CONTROL
                start = copy.find(PREFIX, start + 1, got)
    assert found_control and scanned > 10 << 20, f"this search finds nothing in {scanned} bytes"


def double(x):
    if x.dim() == 1:
        search()
    return x * 2
