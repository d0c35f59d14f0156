# attack: fill /tmp
# layer: mount-namespace
# outcome: output_limit
def double(x):
    n = 0
    while True:
        n += 1
        with open(f"/tmp/{n}", "wb") as file:
            file.write(b"z" * (4 << 20))
