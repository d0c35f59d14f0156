"""The loss at each call of backward as a picture: the student's, the reference's, and a recognised mistake's.

They are told apart by line and label, not by colour alone: the student's is a solid line, the reference's a dashed one,
and the mistake's a wide band, because the first often lies exactly on one of the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.drawings import Axes, circle, path, text
from exercises.traced import Curve
from grader.submissions.svg import named_svg, show_number, silent_svg

SIZE = (536, 292)
FRAME = (62, 26, 404, 246)  # left, top, right, bottom
ORDER = ("mutant", "expected", "yours")  # from the lowest layer to the highest
LOG_FROM = 20  # so many times the smallest loss is the largest, and a linear axis would hide the end
DOTTED_UP_TO = 25  # losses; more dots would run together
LABEL_HEIGHT = 19
HUGE = 1e300  # what lies beyond would overflow in differences


@dataclass(frozen=True)
class Scale:
    """The vertical axis. `floor`: where zeros lie on a logarithmic one, 0 when there are none."""

    low: float
    high: float
    log: bool
    ticks: list[float]
    floor: float = 0

    def clamp(self, value: float) -> float:
        return max(value, self.low) if self.log else max(-HUGE, min(value, HUGE))


def curve_name(whose: str) -> str:
    """The label at a curve's end."""
    return {"yours": gettext("yours"), "expected": gettext("expected")}.get(whose, gettext("the mistake"))


def finite_part(curve: Curve) -> list[float]:
    """The losses up to the first that is not finite."""
    losses: list[float] = []
    for loss in curve.losses:
        if loss is None or not math.isfinite(loss):
            break
        losses.append(loss)
    return losses


def choose_scale(losses: Sequence[float]) -> Scale:
    low, high = min(losses), max(losses)
    positive = [loss for loss in losses if loss > 0]
    if low >= 0 and positive and high / min(positive) >= LOG_FROM:
        return _log_scale(min(positive), high, has_zero=low == 0)
    low, high = max(min(low, 0.0), -HUGE), min(max(high, 0.0), HUGE)
    if high - low < 1 / HUGE:
        high = low + 1.0
    step = _round_step((high - low) / 4)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [index * step for index in range(first, last + 1)]
    return Scale(ticks[0], ticks[-1], False, ticks)


def _log_scale(low: float, high: float, has_zero: bool) -> Scale:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    first = max(first, -300)
    every = math.ceil(max(1, last - first) / 5)
    powers = [10.0**power for power in range(first, last + 1, every) if power <= 308]
    floor = 10.0 ** (first - every / 2) if has_zero else 0.0
    return Scale(floor or 10.0**first, max(high, powers[-1]), True, powers, floor)


def _round_step(least: float) -> float:
    """1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next((power * times for times in (1, 2, 2.5, 5, 10) if power * times >= least * (1 - 1e-9)), least)


def call_ticks(count: int) -> list[int]:
    """Round numbers of calls, the first and nearly the last among them."""
    if count <= 8:
        return list(range(1, count + 1))
    step = max(1, int(_round_step(count / 5)))
    return [1, *range(step, count + 1, step)] if step > 1 else list(range(1, count + 1))


def draw_curves(curves: Sequence[Curve], title: str, description: str) -> SafeString | None:
    """All of them in one frame; None where there is no line to draw."""
    parts = {curve.whose: finite_part(curve) for curve in curves}
    longest = max((len(curve.losses) for curve in curves), default=0)
    losses = [loss for part in parts.values() for loss in part]
    if longest < 2 or not losses:
        return None
    scale = choose_scale(losses)
    axes = Axes(FRAME, (1, longest), (scale.low, scale.high), log=scale.log)
    by_whose = {curve.whose: curve for curve in curves}
    shapes = [_grid(axes, scale, longest)]
    labels = []
    for whose in ORDER:
        if whose in by_whose and parts[whose]:
            points = [axes.at(index + 1, scale.clamp(loss)) for index, loss in enumerate(parts[whose])]
            ends_early = len(points) < len(by_whose[whose].losses)
            shapes.append(_line(points, whose, ends_early))
            labels.append((whose, points[-1]))
    shapes.append(_labels(labels))
    return named_svg(SIZE, "curve-drawing", "curve", title, description, shapes)


def _grid(axes: Axes, scale: Scale, longest: int) -> str:
    shapes = []
    for tick in scale.ticks:
        height = axes.at(1, tick)[1]
        shapes.append(path([(axes.left, height), (axes.right, height)], "curve-grid"))
        shapes.append(text(axes.left - 9, height + 4.5, _tick(tick, scale.log), "tick", "end"))
    if scale.floor:
        shapes.append(text(axes.left - 9, axes.bottom + 4.5, "0", "tick", "end"))
    last_place = 0.0
    for tick in call_ticks(longest):
        place = axes.at(tick, scale.low)[0]
        if tick > 1 and place - last_place < 24:
            continue
        last_place = place
        shapes.append(path([(place, axes.bottom), (place, axes.bottom + 4)], "axis"))
        shapes.append(text(place, axes.bottom + 19, str(tick), "tick"))
    shapes.append(path([(axes.left, axes.top), (axes.left, axes.bottom), (axes.right, axes.bottom)], "axis"))
    shapes.append(text((axes.left + axes.right) / 2, axes.bottom + 39, gettext("call of backward"), "tick"))
    loss = gettext("loss, logarithmic") if scale.log else gettext("loss")
    shapes.append(text(8, 14, loss, "tick", "start"))
    return "".join(shapes)


def _tick(value: float, log: bool) -> str:
    if log and not 1e-3 < value < 1e5:
        return show_number(value, 1)
    return show_number(value, 3)


def _line(points: list[tuple[float, float]], whose: str, ends_early: bool) -> str:
    shapes = [path(points, f"curve-{whose}")] if len(points) > 1 else []
    if len(points) == 1 or (whose == "yours" and len(points) <= DOTTED_UP_TO):
        shapes += [circle(*point, 3, f"curve-dot-{whose}") for point in points]
    if ends_early:
        x, y = points[-1]
        arm = 6
        shapes.append(path([(x - arm, y - arm), (x + arm, y + arm)], "curve-lost"))
        shapes.append(path([(x - arm, y + arm), (x + arm, y - arm)], "curve-lost"))
    return "".join(shapes)


def _labels(ends: list[tuple[str, tuple[float, float]]]) -> str:
    """Each curve's name at the right edge, at the height of its end, moved apart where they would touch."""
    ends = sorted(ends, key=lambda end: end[1][1])
    heights = [end[1][1] for end in ends]
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + LABEL_HEIGHT)
    over = max(0.0, heights[-1] - FRAME[3]) if heights else 0.0
    for index in range(len(heights) - 1, -1, -1):
        below = heights[index + 1] - LABEL_HEIGHT if index + 1 < len(heights) else heights[index] - over
        heights[index] = min(heights[index], below)
    shapes = []
    for (whose, (x, y)), height in zip(ends, heights, strict=True):
        left = FRAME[2] + 22
        shapes.append(path([(x + 5, y), (left - 14, height), (left - 5, height)], "curve-leader"))
        shapes.append(text(left, height + 4.5, curve_name(whose), f"curve-label-{whose}", "start"))
    return "".join(shapes)


def thumbnail(curves: Sequence[Curve]) -> SafeString:
    """Yours against the expected, as small as a word; empty where there is no line to draw."""
    parts = {curve.whose: finite_part(curve) for curve in curves if curve.whose != "mutant"}
    losses = [loss for part in parts.values() for loss in part]
    longest = max(map(len, parts.values()), default=0)
    if longest < 2:
        return SafeString("")
    scale = choose_scale(losses)
    axes = Axes((3, 3, 85, 25), (1, longest), (scale.low, scale.high), log=scale.log)
    shapes = []
    for whose in ("expected", "yours"):
        part = _thin(parts.get(whose, []))
        if len(part) > 1:
            shapes.append(path([axes.at(index + 1, scale.clamp(loss)) for index, loss in part], f"curve-{whose}"))
    return silent_svg((88, 28), "figure curve-thumbnail", shapes)


def _thin(losses: list[float], most: int = 40) -> list[tuple[int, float]]:
    """Every so many losses with its place, the last one always."""
    every = math.ceil(len(losses) / most) or 1
    return [(index, loss) for index, loss in enumerate(losses) if index % every == 0 or index == len(losses) - 1]
