# why: Writes out the chain rule step by step, with whole numbers where there are some.


def predict(x, k, c, a, b):
    storage = x * k
    storage += c
    dw_dy, dy_dx = a, k
    return (storage, 1 == 2, dw_dy * dy_dx)
