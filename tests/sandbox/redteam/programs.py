# attack: start programs: set-uid ones, shells, the loader, Python itself
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
for command in (["/usr/bin/su"], ["/usr/bin/sudo", "-n", "id"], ["/bin/mount"], ["/bin/sh", "-c", "id"], [sys.executable, "-V"],
                ["/lib64/ld-linux-x86-64.so.2", "/bin/true"], ["/usr/lib/openssh/ssh-keysign"]):
    try:
        subprocess.run(command, timeout=5, stdout=subprocess.DEVNULL)
        os.write(1, f"BREACH ran {command}".encode())
    except (OSError, subprocess.SubprocessError):
        pass
    try:
        os.posix_spawn(command[0], command, {})
        os.write(1, f"BREACH spawned {command}".encode())
    except OSError:
        pass
if os.system("true") == 0:
    os.write(1, b"BREACH system()")
try:
    fd = os.open("/lib64/ld-linux-x86-64.so.2", os.O_RDONLY)
    os.execve(fd, ["ld"], {})
except OSError:
    pass
vector = (ctypes.c_char_p * 2)(b"true", None)
if libc.syscall(322, -100, b"/bin/true", vector, None, 0) >= 0:
    os.write(1, b"BREACH execveat")


def double(x):
    return x * 2
