# misconception: counted-again
# fails: test_x_grad


def predict(x, c):
    return 4 * (x + c), None, None
