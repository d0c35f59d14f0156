# attack: print without end before any test, from a process of its own
# layer: output
# outcome: output_limit
import os

if os.fork() == 0:
    while True:
        os.write(2, b"z" * 65536)

while True:
    pass
