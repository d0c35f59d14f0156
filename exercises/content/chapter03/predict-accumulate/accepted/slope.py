# why: The gradient as the slope between two points, which is exact for a parabola; answers as a list.


def predict(x, k):
    g = (k * (x + 1) ** 2 - k * (x - 1) ** 2) / 2
    there_before = [0.0, g, 0.0, 0.0]
    return [*(before + g for before in there_before), "error"]
