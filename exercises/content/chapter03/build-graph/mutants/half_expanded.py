# misconception: expanded
# fails: test_graph


def build(x):
    return x * (x + 2) + 1
