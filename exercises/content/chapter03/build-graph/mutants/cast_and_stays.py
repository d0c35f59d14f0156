# misconception: extra-node
# fails: test_value, test_gradient, test_graph


def build(x):
    y = x.float() + 1
    return y * y
