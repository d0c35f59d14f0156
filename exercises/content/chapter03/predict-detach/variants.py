"""Numbers for predict-detach: quarters, halves and whole numbers, exact in float32, that tell the misconceptions apart.

k is negative, so that a sign that got lost shows.
"""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "x": rng.choice([-2.25, -1.75, -0.75, 0.75, 1.25, 1.75, 2.25, 3.25]),
        "k": rng.choice([-7, -6, -5, -4, -3, -2]),
        "c": rng.choice([-4.5, -3.5, -2.5, -1.5, 1.5, 2.5, 3.5, 5.5]),
        "a": rng.choice([2, 3, 4, 5, 6, 7, 8]),
        "b": rng.choice([-5, -4, -3, -2, 2, 3, 5, 7, 9]),
    }
