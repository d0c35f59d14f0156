# attack: fill /dev/shm
# layer: mount-namespace
# outcome: output_limit, memory_limit
def double(x):
    n = 0
    while True:
        n += 1
        with open(f"/dev/shm/{n}", "wb") as file:
            file.write(b"z" * (4 << 20))
