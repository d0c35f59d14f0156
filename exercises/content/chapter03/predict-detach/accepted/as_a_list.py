# why: The answers as a list; the gradient as the slope between two values, which is exact for a line.


def predict(x, k, c, a, b):
    def through_y(at):
        return at * k * a

    return [c + k * x, False, (through_y(x + 1) - through_y(x - 1)) / 2]
