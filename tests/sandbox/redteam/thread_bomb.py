# attack: start threads until the machine gives up
# layer: rlimits
# outcome: process_limit
import threading
import time


def double(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
