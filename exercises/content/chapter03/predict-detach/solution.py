"""detach() shares storage, so add_ changes y; it cuts the graph, so only the path through y carries a gradient."""


def predict(x, k, c, a, b):
    return x * k + c, False, k * a
