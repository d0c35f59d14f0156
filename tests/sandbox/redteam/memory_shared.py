# attack: shared anonymous mappings, which RLIMIT_DATA does not count
# layer: rlimits
# outcome: memory_limit
import mmap


def double(x):
    hoard = []
    while True:
        piece = mmap.mmap(-1, 64 << 20)
        for page in range(0, len(piece), 4096):
            piece[page] = 1
        hoard.append(piece)
