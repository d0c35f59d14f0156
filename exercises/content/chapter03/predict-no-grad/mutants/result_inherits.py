# misconception: result-inherits
# fails: test_y_requires_grad


def predict(x, a, b):
    return True, True, True, True, a * x + b
