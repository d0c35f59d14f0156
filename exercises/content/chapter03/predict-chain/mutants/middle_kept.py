# misconception: everyone-keeps
# fails: test_y_grad


def predict(x, c):
    return 2 * (x + c), 2 * (x + c), None
