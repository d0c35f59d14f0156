# misconception: extra-node
# fails: test_graph


def build(x):
    y = x + 0.5 + 0.5
    return y * y
