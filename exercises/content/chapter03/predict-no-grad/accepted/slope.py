# why: The slope between two points while y stays as it is, which is exact for a line; answers as a list.


def predict(x, a, b):
    constant = a * x + b

    def z(at):
        return at * constant

    return [True, not True, True, True, z(x + 1) - z(x)]
