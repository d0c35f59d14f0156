# attack: a stack without end
# layer: rlimits
# outcome: crashed, memory_limit
import sys

sys.setrecursionlimit(1 << 30)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return repr([self])


def double(x):
    return repr(Deep())
