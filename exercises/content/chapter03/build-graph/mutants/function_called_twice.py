# misconception: not-shared
# fails: test_graph


def shifted(x):
    return x + 1


def build(x):
    return shifted(x) * shifted(x)
