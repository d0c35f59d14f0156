# misconception: extra-node
# fails: test_value, test_gradient, test_graph, test_only_builds


def build(x):
    y = x.float() + 1
    return y * y
