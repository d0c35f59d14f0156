# misconception: sign-lost
# fails: test_x_grad


def predict(x, k, c, a, b):
    return x * k + c, False, abs(k * a)
