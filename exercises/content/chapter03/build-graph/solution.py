"""x + 1 is computed once and used twice: one Add node, two edges."""


def build(x):
    y = x + 1
    return y * y
