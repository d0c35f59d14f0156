# misconception: in-place
# fails: test_gradient


def build(x):
    y = x + 1
    y *= y
    return y
