# misconception: extra-node
# fails: test_graph


def build(x):
    y = x + 0 + 1
    return y * y
