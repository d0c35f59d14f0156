# misconception: touches-gradient
# fails: test_gradient, test_only_builds


def build(x):
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    return z
