# misconception: no-graph
# fails: test_value, test_gradient, test_graph, test_only_builds


def build(x):
    y = x.item() + 1
    return y * y
