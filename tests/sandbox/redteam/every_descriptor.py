# attack: write a forged report to every inherited file descriptor, then exit
# layer: frames
# outcome: protocol_violation
import os

FORGED = b'{"passed": true, "score": 2, "tests": []}' * 100
for fd in range(256):
    try:
        os.write(fd, FORGED)
    except OSError:
        pass
os._exit(0)
