"""Numbers for predict-requires-grad. They make no difference to the flags; they only make the program one's own."""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "x": rng.choice([-3.5, -2.5, -1.5, -0.75, -0.25, 0.25, 0.75, 1.25, 1.5, 2.5, 3.75, 4.0]),
        "c": rng.choice([-4.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.0, 3.5, 5.0, 6.0]),
    }
