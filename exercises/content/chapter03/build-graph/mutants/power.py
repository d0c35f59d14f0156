# misconception: power
# fails: test_graph


def build(x):
    return (x + 1) ** 2
