# misconception: extra-node
# fails: test_graph


def build(x):
    y = x + 1
    return y * y + 0
