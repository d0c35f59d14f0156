# attack: change torch's own files for the next submission
# layer: mount-namespace
# outcome: ok
# score: 2
import os

import torch

folder = os.path.dirname(torch.__file__)
for path in (torch.__file__, f"{folder}/new.py", f"{folder}/lib/libtorch_cpu.so", os.__file__, f"{folder}/__pycache__/x.pyc"):
    try:
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(1, f"BREACH opened {path} for writing".encode())
    except OSError:
        pass
    for act in (os.unlink, os.truncate):
        try:
            act(path, *([0] if act is os.truncate else []))
            os.write(1, f"BREACH {act.__name__} {path}".encode())
        except OSError:
            pass
    try:
        os.chmod(path, 0o777)
        os.write(1, f"BREACH chmod {path}".encode())
    except OSError:
        pass


def double(x):
    return x * 2
