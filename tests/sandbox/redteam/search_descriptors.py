# attack: use whatever descriptors were inherited: the control socket, pipes, folders outside
# layer: frames
# outcome: ok
# score: 2
import os
import stat

for fd in range(4096):
    try:
        info = os.fstat(fd)
    except OSError:
        continue
    expected = {0: stat.S_ISCHR, 1: stat.S_ISFIFO, 2: stat.S_ISFIFO, 3: stat.S_ISSOCK}.get(fd)
    if expected is None or not expected(info.st_mode):
        os.write(1, f"BREACH descriptor {fd} of mode {info.st_mode:o}".encode())
for path in ("..", "../..", "/proc/self/cwd/..", "../../../../../../root"):
    for fd in range(5):
        try:
            os.open(path, os.O_RDONLY, dir_fd=fd)
            os.write(1, f"BREACH {path} from {fd}".encode())
        except OSError:
            pass


def double(x):
    return x * 2
