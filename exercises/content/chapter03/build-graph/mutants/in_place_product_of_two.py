# misconception: not-shared
# fails: test_graph


def build(x):
    z = x + 1
    z *= x + 1
    return z
