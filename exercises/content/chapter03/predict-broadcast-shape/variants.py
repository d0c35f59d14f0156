"""Sizes for predict-broadcast-shape; from 4 on, n², 2n, n and 2 are all different."""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {"n": rng.randint(4, 120)}
