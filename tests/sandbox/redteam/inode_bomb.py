# attack: empty files without end
# layer: mount-namespace
# outcome: output_limit
def double(x):
    n = 0
    while True:
        n += 1
        open(f"/tmp/{n}", "w").close()
