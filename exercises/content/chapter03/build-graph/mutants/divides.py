# misconception: other-operation
# fails: test_value, test_graph


def build(x):
    y = x + 1
    return y * y * y / y
