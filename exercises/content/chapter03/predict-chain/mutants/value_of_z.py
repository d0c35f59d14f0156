# misconception: value-for-gradient
# fails: test_x_grad


def predict(x, c):
    return (x + c) ** 2, None, None
