# attack: fill memory before any test
# layer: rlimits
# outcome: memory_limit
hoard = [bytearray(b"x" * (8 << 20)) for _ in range(1 << 10)]
