# misconception: extra-node
# fails: test_graph


def build(x):
    y = x.reshape(1) + 1
    return (y * y).sum()
