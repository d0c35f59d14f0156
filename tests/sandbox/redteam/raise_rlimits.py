# attack: raise every limit again, for itself and for others
# layer: rlimits
# outcome: ok
# score: 2
import os
import resource

for number in range(16):
    soft, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        continue
    try:
        resource.setrlimit(number, (hard + 1, hard + 1))
        os.write(1, f"BREACH raised limit {number}".encode())
    except (OSError, ValueError):
        pass
    try:
        resource.prlimit(2, number, (hard, hard))
        os.write(1, f"BREACH set another's limit {number}".encode())
    except (OSError, ValueError):
        pass


def double(x):
    return x * 2
