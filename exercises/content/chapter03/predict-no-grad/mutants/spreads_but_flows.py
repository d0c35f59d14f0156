# misconception: spreads
# fails: test_z_requires_grad


def predict(x, a, b):
    return True, False, False, True, a * x + b
