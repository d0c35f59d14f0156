# attack: start threads for ever and swallow every refusal
# layer: rlimits
# outcome: process_limit, time_limit
# wall: 2
import threading
import time


def double(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            time.sleep(0.01)
