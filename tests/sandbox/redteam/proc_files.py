# attack: read the command lines, environments, memory and open files of everybody through /proc
# layer: mount-namespace
# outcome: ok
# score: 2
import os

for path in ("/proc/1/environ", "/proc/self/mem", "/proc/self/maps", "/proc/2/cmdline", "/proc/sys/kernel/core_pattern",
             "/proc/self/root/etc/shadow", "/proc/1/root", "/proc/kcore", "/proc/self/fd/3", "/dev/fd/3"):
    try:
        os.open(path, os.O_RDONLY)
        os.write(1, f"BREACH opened {path}".encode())
    except OSError:
        pass
if os.path.exists("/proc/self"):
    os.write(1, b"BREACH /proc is there")


def double(x):
    return x * 2
