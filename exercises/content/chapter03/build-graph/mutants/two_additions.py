# misconception: not-shared
# fails: test_graph


def build(x):
    return (x + 1) * (x + 1)
