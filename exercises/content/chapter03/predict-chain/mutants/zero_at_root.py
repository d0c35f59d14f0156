# misconception: zero-not-none
# fails: test_z_grad


def predict(x, c):
    return 2 * (x + c), None, 0
