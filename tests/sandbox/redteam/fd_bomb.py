# attack: open files until there are no more
# layer: rlimits
# outcome: ok
# score: 2
import os

count = 0
hoard = []
try:
    while count < 5000:
        hoard.append(os.open("/dev/null", os.O_RDONLY))
        count += 1
except OSError:
    pass
if count > 256:
    os.write(1, b"BREACH %d open files" % count)
for fd in hoard:
    os.close(fd)


def double(x):
    return x * 2
