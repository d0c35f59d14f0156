# misconception: in-place
# fails: test_only_builds


def build(x):
    y = x + 1
    z = y * y
    x.requires_grad_(False)
    return z
