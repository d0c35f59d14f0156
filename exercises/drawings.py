"""The chapter's figures as SVG: shapes with classes that the page's stylesheet colours, for light and dark alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

Data = dict[str, Any]
Labels = dict[str, str]
Frames = list[tuple[str, str]]
Point = tuple[float, float]


def number(value: float) -> str:
    """As people write it: 4, −0.86, 2.25, with a true minus sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text not in ("-0", "0", "") else "0"


# Shapes ---------------------------------------------------------------------------------------------------------------


def _place(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def svg(width: int, height: int, *shapes: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" class="figure">{"".join(shapes)}</svg>'


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> str:
    return f'<text x="{_place(x)}" y="{_place(y)}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def path(points: Iterable[Point], kind: str, end: str = "") -> str:
    """A broken line; `end`: the id of the arrow head at its end."""
    steps = " ".join(f"{_place(x)} {_place(y)}" for x, y in points)
    arrow = f' marker-end="url(#{end})"' if end else ""
    return f'<path d="M{steps}" class="{kind}"{arrow}/>'


def curve(start: Point, bend: Point, stop: Point, kind: str, end: str) -> str:
    numbers = " ".join(f"{_place(x)} {_place(y)}" for x, y in (bend, stop))
    return f'<path d="M{_place(start[0])} {_place(start[1])} Q{numbers}" class="{kind}" marker-end="url(#{end})"/>'


def circle(x: float, y: float, radius: float, kind: str) -> str:
    return f'<circle cx="{_place(x)}" cy="{_place(y)}" r="{_place(radius)}" class="{kind}"/>'


def box(x: float, y: float, width: float, height: float, kind: str, round_by: float = 6) -> str:
    """Around its middle."""
    left, top = _place(x - width / 2), _place(y - height / 2)
    size = f'width="{_place(width)}" height="{_place(height)}" rx="{_place(round_by)}"'
    return f'<rect x="{left}" y="{top}" {size} class="{kind}"/>'


def head(name: str, kind: str) -> str:
    """The definition of an arrow head."""
    shape = f'<path d="M0 0 8 4 0 8z" class="{kind}"/>'
    size = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse"'
    return f'<defs><marker id="{name}" {size} orient="auto">{shape}</marker></defs>'


class Axes:
    """Maps numbers to places inside a frame (left, top, right, bottom)."""

    def __init__(self, frame: tuple[float, float, float, float], x: Point, y: Point, log: bool = False) -> None:
        self.left, self.top, self.right, self.bottom = frame
        self.x, self.log = x, log
        self.y = (math.log10(y[0]), math.log10(y[1])) if log else y

    def at(self, x: float, y: float) -> Point:
        y = math.log10(y) if self.log else y
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def line(self, xs: Sequence[float], ys: Sequence[float], kind: str, end: str = "") -> str:
        return path([self.at(x, y) for x, y in zip(xs, ys, strict=True)], kind, end)

    def marks(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Both axes with their numbers, at the left and at the bottom."""
        shapes = [path([(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)], "axis")]
        for x in xs:
            place = self.at(x, 1 if self.log else self.y[0])[0]
            shapes.append(text(place, self.bottom + 17, number(x), "tick"))
        for y in ys:
            place = self.at(self.x[0], y)[1]
            shapes.append(path([(self.left - 4, place), (self.left, place)], "axis"))
            shapes.append(text(self.left - 8, place + 4.5, number(y), "tick", "end"))
        return "".join(shapes)


# Figures: numbers and labels to (title, SVG) of each frame --------------------------------------------------------------


def draw_tangent(data: Data, labels: Labels) -> Frames:
    axes = Axes((40, 16, 420, 270), (-1, 3.4), (-1, 10.6))
    xs, ys = data["curve"]
    slope = data["slope"]
    ends = [1.1, 3.4]
    at, foot, rise = axes.at(2, 4), axes.at(3, 8), axes.at(3, 9)
    ground = axes.at(2, -1)[1]
    shapes = [
        head("arrow-tangent", "head-high"),
        axes.marks([-1, 0, 1, 2, 3], [0, 4, 8]),
        path([(at[0], ground), at], "guide"),
        path([(foot[0], ground), rise], "guide"),
        axes.line(xs, ys, "curve"),
        axes.line(ends, [4 + slope * (x - 2) for x in ends], "tangent"),
        path([(at[0], ground - 10), (axes.at(2.7, 0)[0], ground - 10)], "arrow-high", "arrow-tangent"),
        text(axes.at(2.32, 0)[0], ground - 17, labels["gradient"], "label-high"),
        circle(*at, 5, "dot-high"),
        circle(*foot, 3.5, "dot-tangent"),
        circle(*rise, 3.5, "dot-curve"),
        text(rise[0] - 8, rise[1] - 2, "9", "label-low", "end"),
        text(foot[0] + 9, foot[1] + 11, "8", "label-tangent", "start"),
        text(axes.at(1.95, 0)[0] - 8, at[1] - 8, labels["tangent"], "label-tangent", "end"),
        text(axes.at(-0.72, 0)[0], axes.at(0, 2.4)[1], "x²", "label-low", "start"),
    ]
    return [("", svg(440, 296, *shapes))]


def _between(start: Point, stop: Point, first: float, last: float, side: float = 0) -> list[Point]:
    """The part of the way from `first` to `last` (shares of it), moved `side` to the left of the walker."""
    length = math.dist(start, stop)
    dx, dy = (stop[0] - start[0]) / length, (stop[1] - start[1]) / length
    return [(start[0] + t * length * dx + side * dy, start[1] + t * length * dy - side * dx) for t in (first, last)]


def _neuron(place: Point, name: str, value: float, gradient: float | None = None) -> str:
    x, y = place
    aside = 14 if len(name) > 6 else 0  # a long name would lie on the arrow that comes from the left
    shapes = [circle(x, y, 24, "node" if value else "node-off"), text(x + aside, y - 31, name, "name")]
    if gradient is None:
        return "".join([*shapes, text(x, y + 5, number(value), "value")])
    return "".join([*shapes, text(x, y - 2, number(value), "value"), text(x, y + 15, number(gradient), "gradient")])


def draw_network(data: Data, labels: Labels) -> Frames:
    inputs, hidden = [(40.0, 96.0), (40.0, 240.0)], [(184.0, 96.0), (184.0, 240.0)]
    guess, loss, grad = (304.0, 168.0), (416.0, 168.0), data["grad"]
    shapes = [head("arrow-forward", "head-low"), head("arrow-backward", "head-high")]
    chips = []
    for i, unit in enumerate(hidden):
        for j, given in enumerate(inputs):
            shapes.append(path(_between(given, unit, 0.19, 0.82, 6), "arrow-low", "arrow-forward"))
            # The way back ends half-way, at the weight.
            shapes.append(path(_between(given, unit, 0.82, 0.54, -6), "arrow-high", "arrow-backward"))
            (x, y), _ = _between(given, unit, 0.42, 1, -6)
            chips.append(box(x, y, 20, 18, "chip") + text(x, y + 5, number(grad["W"][i][j]), "gradient"))
    for start in (*hidden, loss):
        for first, last, side, kind in ((0.21, 0.78, 5, "low"), (0.79, 0.22, 5, "high")):
            ends = (start, guess) if start in hidden else (guess, start)
            way = _between(*ends, first, last, side if kind == "low" else -side)
            shapes.append(path(way, f"arrow-{kind}", f"arrow-{'forward' if kind == 'low' else 'backward'}"))
    shapes += chips
    shapes += [_neuron(place, f"x{'₁₂'[i]}", data["x"][i]) for i, place in enumerate(inputs)]
    shapes += [_neuron(place, f"h{'₁₂'[i]}", data["h"][i], grad["h"][i]) for i, place in enumerate(hidden)]
    shapes += [_neuron(guess, labels["output"], data["p"], grad["p"])]
    shapes += [_neuron(loss, labels["loss"], data["loss"], grad["loss"])]
    shapes += [
        text(40, 26, labels["inputs"], "tick"),
        text(184, 26, labels["hidden"], "tick"),
        path([(20, 306), (60, 306)], "arrow-low", "arrow-forward"),
        text(68, 311, labels["forward"], "label-low", "start"),
        path([(284, 306), (244, 306)], "arrow-high", "arrow-backward"),
        text(292, 311, labels["backward"], "label-high", "start"),
    ]
    return [("", svg(460, 322, *shapes))]


def draw_descent(data: Data, labels: Labels) -> Frames:
    """One frame for each of the three rates; the page makes the moving one of the middle frame's axes."""
    return [(labels[key], _descent_frame(data["paths"][data[key]])) for key in ("slow", "good", "diverging")]


def _descent_frame(steps: Sequence[float]) -> str:
    axes = Axes((14, 10, 226, 190), (-3.2, 3.2), (-0.6, 10.24))
    xs = [i / 10 for i in range(-32, 33)]
    seen = [w for w in steps if abs(w) <= 3.2]
    shapes = [
        axes.line([-3.2, 3.2], [0, 0], "axis"),
        axes.line(xs, [x * x for x in xs], "curve"),
        axes.line(seen, [w * w for w in seen], "trail"),
        *(circle(*axes.at(w, w * w), 4.5 if i else 6, "dot-high" if i else "dot-start") for i, w in enumerate(seen)),
        text(axes.at(0, 0)[0], 206, "0", "tick"),
        text(axes.at(2, 0)[0], 206, "2", "tick"),
        text(axes.at(-2, 0)[0], 206, "−2", "tick"),
    ]
    return svg(240, 212, *shapes)


def draw_graph(data: Data, labels: Labels) -> Frames:
    middle, right = 206.0, 356.0
    tensors = [("z", data["z"], 88), ("y", data["y"], 206), ("x", data["x"], 324)]
    shapes = [
        head("arrow-graph", "head-high"),
        text(middle, 22, labels["start"], "label-high"),
        path([(middle, 30), (middle, 64)], "arrow-high", "arrow-graph"),
        curve((middle - 22, 112), (middle - 58, 147), (middle - 22, 180), "arrow-high", "arrow-graph"),
        curve((middle + 22, 112), (middle + 58, 147), (middle + 22, 180), "arrow-high", "arrow-graph"),
        path([(middle, 230), (middle, 298)], "arrow-high", "arrow-graph"),
        text(middle - 54, 151, number(data["each"][0]), "gradient", "end"),
        text(middle + 54, 151, number(data["each"][1]), "gradient", "start"),
        text(middle + 8, 268, labels["sum"], "gradient", "start"),
        text(middle, 370, labels["leaf"], "label-high"),
        path([(middle - 78, 206), (middle - 100, 206)], "guide"),
        text(middle - 112, 211, "1", "name"),
        text(8, 244, labels["constant"], "tick", "start"),
    ]
    for (name, value, y), node in zip(tensors, ("root", "add", "leaf"), strict=True):
        shapes += [
            box(middle, y, 152, 44, "node", 8),
            text(middle, y + 5, data[node], "code"),
            path([(middle + 80, y), (right - 22, y)], "guide"),
            circle(right, y, 20, "tensor"),
            text(right, y + 5, name, "name"),
            text(right + 28, y + 5, f"= {number(value)}", "value", "start"),
        ]
    return [("", svg(428, 384, *shapes))]


def _tensor(x: float, y: float, name: str, kind: str = "tensor") -> str:
    return circle(x, y, 20, kind) + text(x, y + 5, name, "name")


def draw_cuts(data: Data, labels: Labels) -> Frames:
    back, fore = "arrow-cuts-back", "arrow-cuts-fore"
    return [
        (
            "",
            svg(
                448,
                384,
                head(back, "head-high"),
                head(fore, "head-low"),
                *_detached(data, labels),
                *_unrecorded(data, labels),
            ),
        )
    ]


def _detached(data: Data, labels: Labels) -> list[str]:
    """The upper half: x to y recorded, z cut off, w made from z."""
    fore = [path([(x + 22, 68), (x + 96, 68)], "arrow-low", "arrow-cuts-fore") for x in (44, 164, 284)]
    return [
        text(14, 20, "z = y.detach()", "code", "start"),
        *fore,
        path([(142, 82), (68, 82)], "arrow-high", "arrow-cuts-back"),
        text(104, 106, labels["recorded"], "label-high"),
        path([(224, 54), (224, 92)], "cut"),
        text(224, 110, labels["cut"], "label-high"),
        path([(172, 48), (180, 38), (268, 38), (276, 48)], "guide"),
        text(224, 32, labels["memory"], "tick"),
        *(_tensor(x, 72, name) for x, name in ((44, "x"), (164, "y"))),
        *(_tensor(x, 72, name, "tensor-cut") for x, name in ((284, "z"), (404, "w"))),
        text(104, 128, str(data["mul"]), "code-small"),
        text(440, 110, f"grad_fn: {data['w_fn']}", "code-small", "end"),
        path([(14, 156), (434, 156)], "guide"),
    ]


def _unrecorded(data: Data, labels: Labels) -> list[str]:
    """The lower half: y made in a block without recording, z recorded behind it."""
    return [
        text(14, 188, "with torch.no_grad():  y = x * 2", "code", "start"),
        text(434, 188, "z = x * 3", "code", "end"),
        box(172, 254, 124, 92, "shade", 10),
        path([(66, 246), (148, 246)], "arrow-low", "arrow-cuts-fore"),
        text(172, 290, labels["nothing"], "tick"),
        curve((52, 268), (214, 384), (388, 266), "arrow-low", "arrow-cuts-fore"),
        curve((402, 274), (216, 414), (42, 276), "arrow-high", "arrow-cuts-back"),
        _tensor(44, 250, "x"),
        _tensor(172, 246, "y", "tensor-cut"),
        _tensor(404, 250, "z"),
        text(244, 251, f"grad_fn: {data['y_fn']}", "code-small", "start"),
        text(222, 368, f"{data['z_fn']}", "code-small"),
    ]


def draw_broadcast(data: Data, labels: Labels) -> Frames:
    size, n = 46, data["n"]
    left, top = 96.0, 96.0
    rows, columns = data["shape"]
    shapes = [text(left + columns * size / 2, 22, labels["predictions"], "label-low")]
    for j in range(n):
        x, y = left + (j + 0.5) * size, top + (j + 0.5) * size
        shapes += [box(x, 50, size - 6, 32, "chip-low", 5), text(x, 55, f"p{'₁₂₃₄'[j]}", "name")]
        shapes += [box(46, y, 44, size - 12, "chip-high", 5), text(46, y + 5, f"y{'₁₂₃₄'[j]}", "name")]
    for i in range(rows):
        for j in range(columns):
            x, y = left + (j + 0.5) * size, top + (i + 0.5) * size
            shapes.append(box(x, y, size - 4, size - 4, "cell-meant" if i == j else "cell", 5))
            shapes.append(text(x, y + 4.5, f"p{'₁₂₃₄'[j]}−y{'₁₂₃₄'[i]}", "cell-text"))
    bottom = top + rows * size
    shapes.append(text(8, bottom + 24, labels["targets"], "label-high", "start"))
    shapes.append(text(left + columns * size, bottom + 24, labels["differences"], "name", "end"))
    return [("", svg(300, round(bottom) + 34, *shapes))]


def draw_fit(data: Data, labels: Labels) -> Frames:
    axes = Axes((40, 14, 426, 268), (-3, 3), (-2, 12))
    lines = []
    for kind, style in (("wrong", "line-wrong"), ("right", "line-right")):
        one, ends = data[kind], (-2.8, 2.8)
        lines.append(axes.line(ends, [one["w"] * x + one["b"] for x in ends], style))
    right, wrong = data["right"], data["wrong"]
    above = axes.at(1.25, right["w"] * 1.25 + right["b"])
    beside = axes.at(-2.75, wrong["b"] + 2.75 * -wrong["w"])
    points = zip(data["x"], data["y"], strict=True)
    shapes = [
        axes.marks([-2, 0, 2], [0, 5, 10]),
        *(circle(*axes.at(x, y), 3, "point") for x, y in points),
        *lines,
        text(above[0] - 30, above[1] - 22, labels["right"], "label-low", "end"),
        text(beside[0], beside[1] - 10, labels["wrong"], "label-high", "start"),
    ]
    return [("", svg(440, 292, *shapes))]


def draw_loss(data: Data, labels: Labels) -> Frames:
    axes = Axes((44, 14, 426, 250), (0, 40), (0.5, 50), log=True)
    lines = [
        axes.line(range(1, 41), data[kind]["losses"][:40], style)
        for kind, style in (("wrong", "line-wrong"), ("right", "line-right"))
    ]
    at = {kind: axes.at(39, data[kind]["losses"][38]) for kind in ("wrong", "right")}
    shapes = [
        axes.marks([0, 10, 20, 30, 40], [1, 10]),
        *lines,
        text(at["wrong"][0], at["wrong"][1] - 10, labels["wrong"], "label-high", "end"),
        text(at["right"][0], at["right"][1] - 10, labels["right"], "label-low", "end"),
        text(axes.at(20, 1)[0], 286, labels["epoch"], "tick"),
        text(52, 22, labels["loss"], "tick", "start"),
    ]
    return [("", svg(440, 294, *shapes))]
