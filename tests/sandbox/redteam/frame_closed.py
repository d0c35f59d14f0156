# attack: close the socket and go on living
# layer: frames
# outcome: protocol_violation
import os
import time


def double(x):
    os.close(3)
    time.sleep(3600)
