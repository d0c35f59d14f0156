"""Draws the numbers of one variant; a draw that lets a mutant off is thrown away by itself."""

import random


def draw(rng: random.Random) -> dict[str, int]:
    return {"x": rng.randint(2, 9), "c": rng.randint(2, 9)}
