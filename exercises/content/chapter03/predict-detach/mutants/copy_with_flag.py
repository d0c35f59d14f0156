# misconception: keeps-graph
# fails: test_y, test_z_requires_grad


def predict(x, k, c, a, b):
    return x * k, True, k * a
