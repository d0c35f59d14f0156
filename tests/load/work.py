"""What students hand in: right, wrong and hostile files of the bundled exercises, each with the verdict that it must get."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle

from exercises.format import Exercise, bundled, load

HOSTILE_SHARE, WRONG_SHARE = 0.10, 0.30

# Each stands before a right solution and runs when that is imported. Where every wall holds and it comes to its end,
# the solution behind it passes; a wall that does not hold ends the file, and it fails.
HOSTILE = {
    "fork bomb": ("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n", "process_limit"),
    "endless loop": ("while True:\n    pass\n", "time_limit"),
    "memory hog": ("hoard = []\nwhile True:\n    hoard.append(bytearray(8 << 20))\n", "memory_limit"),
    "output flood": ("import os\nwhile True:\n    os.write(1, b'y' * 65536)\n", "output_limit"),
    "socket": (
        """\
import socket
for family, address in ((2, ("127.0.0.1", 6379)), (2, ("1.1.1.1", 53)), (1, "/run/docker.sock"), (16, (0, 0))):
    for kind in (1, 2, 3):
        try:
            socket.socket(family, kind).connect(address)
        except OSError:
            continue
        raise SystemExit("BREACH")
""",
        "ok",
    ),
    "file walk": (
        """\
import os
for root in ("/proc", "/tmp", "/home", "/root", "/var", "/etc", "/run", "/srv", "/opt", "/mnt"):
    for folder, _, files in os.walk(root):
        for name in files:
            try:
                text = open(os.path.join(folder, name), errors="replace").read(4096)
            except OSError:
                continue
            if name.startswith(("hidden_tests", "solution")) or "SECRET_KEY=" in text:
                raise SystemExit("BREACH")
""",
        "ok",
    ),
}  # fmt: skip
POISON = ("import ctypes\nctypes.string_at(0)\n", "crashed")


@dataclass(frozen=True)
class Work:
    """One file. `outcome` and `passed` are what it must be told, once and for all."""

    kind: str  # right, wrong, hostile, poison
    name: str
    slug: str
    source: str
    outcome: str
    passed: bool


@cache
def exercises() -> list[Exercise]:
    """All bundled exercises that are answered with code, each as often as the others."""
    return [exercise for folder in bundled().values() if not (exercise := load(folder)).predict]


def slugs() -> list[str]:
    return [exercise.slug for exercise in exercises()]


def right(exercise: Exercise) -> Work:
    return Work("right", "solution", exercise.slug, exercise.files["solution.py"], "ok", True)


def wrong(exercise: Exercise, number: int) -> Work:
    mutant = exercise.mutants[number % len(exercise.mutants)]
    return Work("wrong", mutant.name, exercise.slug, mutant.source, "ok", False)


def hostile(exercise: Exercise, name: str) -> Work:
    attack, outcome = HOSTILE[name]
    return Work("hostile", name, exercise.slug, attack + exercise.files["solution.py"], outcome, outcome == "ok")


def poison(exercise: Exercise) -> Work:
    attack, outcome = POISON
    return Work("poison", "crash", exercise.slug, attack + exercise.files["solution.py"], outcome, False)


def draw(count: int, seed: int = 1, poisoned: int = 0) -> list[Work]:
    """So many files, a tenth of them hostile and three tenths wrong, in an order that the seed decides."""
    found = exercises()
    attacks = cycle(HOSTILE)
    hostiles, wrongs = round(count * HOSTILE_SHARE), round(count * WRONG_SHARE)
    pieces: list[Work] = []
    for number, exercise in zip(range(count), cycle(found), strict=False):
        if number < poisoned:
            pieces.append(poison(exercise))
        elif number < poisoned + hostiles:
            pieces.append(hostile(exercise, next(attacks)))
        elif number < poisoned + hostiles + wrongs:
            pieces.append(wrong(exercise, number))
        else:
            pieces.append(right(exercise))
    random.Random(seed).shuffle(pieces)
    return pieces


def kinds() -> Iterator[str]:
    yield from ("right", "wrong", *HOSTILE, "poison")
