# misconception: flows-through-y
# fails: test_x_grad


def predict(x, a, b):
    return True, False, True, True, 2 * a * x + b
