# attack: children that nobody reaps
# layer: rlimits
# outcome: ok
# score: 2
import os

count = 0
try:
    while count < 1000:
        if os.fork() == 0:
            os._exit(0)
        count += 1
except OSError:
    pass
if count > 40:
    os.write(1, b"BREACH %d zombies" % count)
os.waitpid(-1, os.WNOHANG)


def double(x):
    return x * 2
