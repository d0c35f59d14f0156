# why: The gradient as the slope between two points, which is exact for a parabola.
from typing import NamedTuple


class Answer(NamedTuple):
    x_grad: float
    y_grad: None = None
    z_grad: None = None


def predict(x, c):
    def z(at):
        return (at + c) ** 2

    return Answer((z(x + 1) - z(x - 1)) / 2)
