# attack: use no CPU at all, and never return
# layer: deadline
# outcome: time_limit
# wall: 2
import time


def double(x):
    time.sleep(3600)
