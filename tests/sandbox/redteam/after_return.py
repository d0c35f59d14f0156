# attack: threads and exit handlers that go on after the answer, and answer once more
# layer: frames
# outcome: ok, protocol_violation
# score: 0, 1, 2
import atexit
import os
import threading
import time


def late():
    for _ in range(50):
        time.sleep(0.002)
        try:
            os.write(3, b"GRV1" + bytes(16))
        except OSError:
            return


atexit.register(late)


def double(x):
    threading.Thread(target=late, daemon=False).start()
    return x * 2
