# misconception: zero-not-none
# fails: test_y_grad


def predict(x, c):
    return 2 * (x + c), 0, None
