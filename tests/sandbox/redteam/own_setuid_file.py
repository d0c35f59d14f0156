# attack: make a set-uid program, give it capabilities, change its owner
# layer: no-capabilities
# outcome: ok
# score: 2
import os

path = "/tmp/program"
with open(path, "wb") as file:
    file.write(b"#!/bin/sh\nid\n")
os.chmod(path, 0o6755)
tries = {
    "exec": lambda: os.execv(path, [path]),
    "chown": lambda: os.chown(path, 0, 0),
    "capability": lambda: os.setxattr(path, "security.capability", b"\x01\0\0\x02" + b"\xff" * 16),
    "setuid": lambda: os.setuid(0),
    "setgid": lambda: os.setgid(0),
    "setresuid": lambda: os.setresuid(0, 0, 0),
    "setgroups": lambda: os.setgroups([0]),
}
for name, act in tries.items():
    try:
        act()
        os.write(1, f"BREACH {name}".encode())
    except OSError:
        pass


def double(x):
    return x * 2
