# misconception: power
# fails: test_graph


def build(x):
    y = x + 1
    z = y**2
    return z
