# attack: never finish loading
# layer: deadline
# outcome: time_limit
# wall: 2
import time

time.sleep(3600)
