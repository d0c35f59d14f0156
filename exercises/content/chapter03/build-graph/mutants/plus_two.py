# misconception: other-formula
# fails: test_value, test_gradient, test_only_builds


def build(x):
    y = x + 2
    return y * y
