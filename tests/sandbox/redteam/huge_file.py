# attack: one file larger than any may be
# layer: rlimits
# outcome: output_limit
def double(x):
    with open("/tmp/huge", "wb") as file:
        while True:
            file.write(b"h" * (1 << 20))
