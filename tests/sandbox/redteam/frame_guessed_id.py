# attack: answer ahead of the question under every likely number
# layer: frames
# outcome: protocol_violation
import os
import struct

TEXT = b'{"v":{"$":"dict","v":[["value",true]]},"t":[]}'
for number in range(500):
    os.write(3, struct.pack("<4sQII", b"GRV1", number, len(TEXT), 0) + TEXT)


def double(x):
    return x
