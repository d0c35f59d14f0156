# misconception: other-formula
# fails: test_value, test_gradient, test_graph, test_only_builds


def build(x):
    y = x + 1
    z = y * y
    return z * z
