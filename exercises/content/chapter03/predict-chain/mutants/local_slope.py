# misconception: local-slope
# fails: test_x_grad


def predict(x, c):
    return 1.0, None, None
