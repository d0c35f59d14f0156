# misconception: other-operation
# fails: test_graph


def build(x):
    y = -1 - x
    return y * y
