"""Numbers for predict-accumulate: quarters and whole numbers, exact in float32, that tell the misconceptions apart.

x and k have different signs: their product is negative, so that a sign that got lost shows.
"""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    x = rng.choice([-3.5, -2.75, -2.25, -1.75, -1.25, 0.75, 1.25, 1.75, 2.25, 2.5, 3.25])
    k = rng.choice([3, 4, 5, 6, 7, 8])
    return {"x": x, "k": k if x < 0 else -k}
