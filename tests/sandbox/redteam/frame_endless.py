# attack: never stop sending, in frames that are each within bounds
# layer: frames
# outcome: protocol_violation
import os


def double(x):
    while True:
        os.write(3, b"GRV1" + bytes(16))
