# attack: print without end
# layer: output
# outcome: output_limit
import os


def double(x):
    while True:
        os.write(1, b"y" * 65536)
