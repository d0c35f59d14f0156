# why: A function squares its argument; the sum is its only argument.


def square(y):
    return y * y


build = lambda x: square(x + 1)  # noqa: E731
