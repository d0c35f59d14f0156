# misconception: sign-lost
# fails: test_x_grad


def predict(x, c):
    return abs(2.0 * (x + c)), None, None
