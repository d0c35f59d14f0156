# misconception: expanded
# fails: test_graph


def build(x):
    return x**2 + 2 * x + 1
