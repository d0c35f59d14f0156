# why: Names the sum inside the expression.


def build(x):
    return (y := 1 + x) * y
