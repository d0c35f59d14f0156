# misconception: factor-for-value
# fails: test_x_grad


def predict(x, a, b):
    return True, False, True, True, a * x + b + a
