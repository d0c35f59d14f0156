# attack: hard links and renames of files of others, to change them later
# layer: landlock
# outcome: ok
# score: 2
import os

import torch

for target in (torch.__file__, "/etc/passwd", os.__file__, "/dev/null", "/lib/x86_64-linux-gnu/libc.so.6"):
    for act in (os.link, os.rename):
        try:
            act(target, "/tmp/taken")
            os.write(1, f"BREACH {act.__name__} {target}".encode())
        except OSError:
            pass


def double(x):
    return x * 2
