# attack: mount, unmount, move and change roots, by the old calls and the new
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("/tmp/m", exist_ok=True)
tries = {
    "mount tmpfs": lambda: libc.mount(b"none", b"/tmp/m", b"tmpfs", 0, None),
    "bind mount": lambda: libc.mount(b"/", b"/tmp/m", None, 4096, None),
    "remount": lambda: libc.mount(None, b"/", None, 32 | 4096, None),
    "remount /tmp with exec": lambda: libc.mount(None, b"/tmp", None, 32, None),
    "umount": lambda: libc.umount2(b"/tmp", 2),
    "umount root": lambda: libc.umount2(b"/", 2),
    "chroot": lambda: libc.chroot(b"/tmp"),
    "pivot_root": lambda: libc.syscall(155, b"/tmp", b"/tmp"),
    "open_tree": lambda: libc.syscall(428, -100, b"/", 1),
    "move_mount": lambda: libc.syscall(429, -100, b"/", -100, b"/tmp/m", 0),
    "fsopen": lambda: libc.syscall(430, b"tmpfs", 0),
    "fsconfig": lambda: libc.syscall(431, 0, 0, None, None, 0),
    "fspick": lambda: libc.syscall(433, -100, b"/", 0),
    "mount_setattr": lambda: libc.syscall(442, -100, b"/", 0, ctypes.create_string_buffer(32), 32),
    "statmount": lambda: libc.syscall(457, None, None, 0, 0),
    "listmount": lambda: libc.syscall(458, None, None, 0, 0),
}
for name, act in tries.items():
    if act() >= 0:
        os.write(1, f"BREACH {name}".encode())


def double(x):
    return x * 2
