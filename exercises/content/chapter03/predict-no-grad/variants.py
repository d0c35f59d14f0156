"""Numbers for predict-no-grad: quarters and whole numbers, exact in float32, that tell the misconceptions apart."""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "x": rng.choice([-3.5, -2.25, -1.75, -1.25, 0.75, 1.25, 1.75, 2.25, 2.5, 3.25]),
        "a": rng.choice([-6, -5, -4, -3, 3, 4, 5, 6, 7]),
        "b": rng.choice([-5.5, -3.5, -2.5, -1.5, 1.5, 2.5, 4.5, 6.5]),
    }
