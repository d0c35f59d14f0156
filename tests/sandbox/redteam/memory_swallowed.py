# attack: fill memory, swallow every MemoryError and go on for ever
# layer: rlimits
# outcome: time_limit, memory_limit
# wall: 2
def double(x):
    hoard = []
    size = 8 << 20
    while True:
        try:
            hoard.append(bytearray(size))
        except MemoryError:
            size = max(1, size // 2)
