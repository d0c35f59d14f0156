# misconception: not-shared
# fails: test_graph


def build(x):
    a = x + 1
    b = x + 1
    return a * b
