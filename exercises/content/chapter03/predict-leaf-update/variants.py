"""Numbers for predict-leaf-update. Only their being different matters: then the first gradient is not 0."""

import random


def draw(rng: random.Random) -> dict[str, int | float]:
    return {
        "start": rng.choice([-3.5, -2.0, -1.5, 4.5, 5.0, 6.5, 7.0]),
        "target": rng.choice([1.0, 1.5, 2.0, 2.5, 3.0]),
        "lr": rng.choice([0.05, 0.1, 0.2, 0.25]),
    }
