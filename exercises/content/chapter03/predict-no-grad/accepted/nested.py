# why: The flags as a group of their own, the gradient as what x is multiplied by.


def predict(x, a, b):
    y, p = x * a, b
    return (True, False, True, True), y + p
