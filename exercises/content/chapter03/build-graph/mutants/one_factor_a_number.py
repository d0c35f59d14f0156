# misconception: edge-cut
# fails: test_gradient, test_graph


def build(x):
    y = x + 1
    return y * y.item()
