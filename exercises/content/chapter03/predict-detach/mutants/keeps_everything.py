# misconception: keeps-graph
# fails: test_z_requires_grad, test_x_grad


def predict(x, k, c, a, b):
    return x * k + c, True, k * (a + b)
