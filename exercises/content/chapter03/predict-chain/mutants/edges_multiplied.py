# misconception: counted-again
# fails: test_x_grad


def predict(x, c):
    return 2 * (x + c) ** 2, None, None
