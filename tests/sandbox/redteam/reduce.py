# attack: objects that run code wherever somebody unpickles or copies them
# layer: values
# outcome: ok
import os


class Bomb:
    def __reduce__(self):
        return os.write, (1, b"BREACH unpickled")

    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __deepcopy__ = __copy__ = lambda self, *a: os.write(1, b"BREACH copied")
    __eq__ = lambda self, other: True
    __class__ = property(lambda self: float)


def double(x):
    return Bomb() if x.dim() == 1 else [Bomb(), {"b": Bomb()}]
