# attack: an entry point whose signature, truth and attributes lie or raise
# layer: checker
# outcome: ok, exited
class Entry:
    def __call__(self, x):
        return x

    def __bool__(self):
        raise RuntimeError

    __signature__ = property(lambda self: 1 / 0)
    __class__ = property(lambda self: 1 / 0)


double = Entry()
