# attack: end the interpreter from threads, finalizers and signal handlers
# layer: checker
# outcome: exited
import os
import threading


class Last:
    def __del__(self):
        os._exit(0)


def double(x):
    threading.Thread(target=lambda: Last()).start()
    while True:
        pass
