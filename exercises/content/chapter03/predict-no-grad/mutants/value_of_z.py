# misconception: value-for-gradient
# fails: test_x_grad


def predict(x, a, b):
    return True, False, True, True, x * (a * x + b)
