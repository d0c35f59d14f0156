"""no_grad stops recording and nothing else: y is a constant, x and p keep their flags, z is recorded."""


def predict(x, a, b):
    return True, False, True, True, a * x + b
