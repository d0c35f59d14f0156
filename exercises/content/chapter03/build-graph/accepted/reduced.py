# why: Folds a list that holds the same tensor twice.
from functools import reduce
from operator import mul


def build(x):
    return reduce(mul, [x + 1] * 2)
