# misconception: unrecorded-is-zero
# fails: test_x_grad


def predict(x, a, b):
    return True, False, True, True, 1.0
