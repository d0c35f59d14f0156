"""Numbers for predict-chain: quarters, exact in float32, with c ≠ x, so that no two misconceptions look alike."""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "x": rng.choice([-4.75, -3.25, -2.75, -1.75, -1.25, -0.75, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 4.75]),
        "c": rng.choice([0.5, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6.5, 7]),
    }
