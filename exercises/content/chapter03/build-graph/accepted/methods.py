# why: Methods, with the constant first in the sum.


def build(x):
    y = x.add(1.0)
    return y.mul(y)
