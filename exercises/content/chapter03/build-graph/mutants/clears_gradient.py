# misconception: touches-gradient
# fails: test_only_builds


def build(x):
    x.grad = None
    y = x + 1
    return y * y
