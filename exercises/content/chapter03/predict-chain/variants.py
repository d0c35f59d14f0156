"""Numbers for predict-chain: quarters, exact in float32, that tell the misconceptions apart.

x + c is negative, so that a sign that got lost shows.
"""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "x": rng.choice([-9.75, -9.25, -8.75, -8.25, -7.75, -7.25, -6.75, -6.25, -5.75, -5.25]),
        "c": rng.choice([0.5, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]),
    }
