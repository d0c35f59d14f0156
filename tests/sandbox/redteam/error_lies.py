# attack: an exception whose text, name, class and number lie or raise
# layer: checker
# outcome: ok, exited
class Meta(type):
    __name__ = property(lambda self: 1 / 0)


class Liar(OSError, metaclass=Meta):
    errno = property(lambda self: 1 / 0)

    def __str__(self):
        raise self


def double(x):
    raise Liar
