# attack: fill memory from one process
# layer: rlimits
# outcome: memory_limit
def double(x):
    hoard = []
    while True:
        hoard.append(bytearray(8 << 20))
