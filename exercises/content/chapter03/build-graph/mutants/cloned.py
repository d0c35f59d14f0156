# misconception: extra-node
# fails: test_graph


def build(x):
    y = x.clone()
    y += 1
    return y * y
