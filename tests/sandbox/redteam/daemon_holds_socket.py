# attack: end the process but leave a child that holds every descriptor and waits
# layer: pid-namespace
# outcome: exited
import os
import time


def double(x):
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
