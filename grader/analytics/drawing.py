"""Misconceptions by week as lines. Its text alternative is the table that stands under it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from exercises.drawings import circle, path, text
from grader.submissions.svg import silent_svg

WIDTH, HEIGHT = 560, 220
LEFT, TOP, RIGHT, BOTTOM = 36, 12, 490, 186


def draw_weeks(names: Sequence[str], lines: Sequence[Sequence[int]]) -> SafeString:
    """One line for each misconception, numbered at its end as in the table; lines that end together share a label."""
    highest = max(1, *(count for line in lines for count in line))
    step = (RIGHT - LEFT) / max(1, len(names) - 1)

    def place(week: int, count: int) -> tuple[float, float]:
        return LEFT + week * step, BOTTOM - (BOTTOM - TOP) * count / highest

    shapes = [path([(LEFT, BOTTOM), (RIGHT, BOTTOM)], "axis"), text(LEFT - 8, TOP + 4, str(highest), anchor="end")]
    shapes.append(text(LEFT - 8, BOTTOM + 4, "0", anchor="end"))
    named = dict.fromkeys((0, len(names) // 2, len(names) - 1))
    shapes += [text(place(week, 0)[0], BOTTOM + 20, names[week]) for week in named]
    ends: dict[float, list[str]] = {}
    for number, line in enumerate(lines, 1):
        points = [place(week, count) for week, count in enumerate(line)]
        shapes.append(path(points, f"week week-{number}"))
        shapes += [circle(*point, 3, f"week-dot week-{number}") for point in points]
        ends.setdefault(points[-1][1], []).append(str(number))
    shapes += [text(RIGHT + 10, end + 4, ", ".join(numbers), anchor="start") for end, numbers in ends.items()]
    return silent_svg((WIDTH, HEIGHT), "figure weeks", shapes)
