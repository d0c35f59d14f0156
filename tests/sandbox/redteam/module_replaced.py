# attack: put something else in the place of the own module after it was loaded
# layer: checker
# outcome: ok
import sys


class Module:
    def __getattr__(self, name):
        return lambda *a, **k: True


sys.modules["submission"] = sys.modules["probe"] = Module()


def double(x):
    return x
