"""A computation graph as a picture: values flow down, gradients come back up along the arrows.

Leaves are pills, Functions boxes (dashed once freed), cuts hexagons; each says in words what it is, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.drawings import box, circle, head, path, text
from exercises.traced import Graph, Node
from grader.submissions.graph_layout import Layout, Point, Way, lay_out
from grader.submissions.graph_words import edges, line_text, node_label, node_state, plain_name
from grader.submissions.svg import clip, columns, named_svg, silent_svg
from grader.submissions.traces import show_shape

BOX, GAP, MARGIN = 48.0, 46.0, 14.0
ROOT_ROOM = 40.0  # below the root, for the words that backward starts there
LABEL_MOST, SMALL_MOST = 28, 44  # columns
ARROW = "graph-back"


@dataclass(frozen=True)
class _Box:
    """A node's two lines and how it looks."""

    kind: str
    label: str
    small: str
    width: float


def draw_graph(graph: Graph, title: str, description: str) -> SafeString | None:
    """The whole graph at its own size: the page scrolls it. None where there is nothing to draw."""
    if not graph.nodes:
        return None
    boxes = [_box(node) for node in graph.nodes]
    ways = edges(graph)
    layout = lay_out([each.width for each in boxes], [[source for source, _ in each] for each in ways], BOX, GAP)
    _move(layout, MARGIN, MARGIN)
    width = max(layout.width + 2 * MARGIN, 150)
    severed = {(index, at) for index, each in enumerate(ways) for at, (_, cut) in enumerate(each) if cut}
    shapes = [head(ARROW, "head-high")]
    cut_ways = [way for way in layout.ways if (way.target, way.position) in severed]
    shapes += [_edge(way.points, "graph-edge", ARROW) for way in layout.ways if way not in cut_ways]
    shapes += [_edge(way.points, "graph-severed") for way in cut_ways]
    shapes += [_node(each, place) for each, place in zip(boxes, layout.places, strict=True)]
    shapes += [_scissors(*_middle(way)) for way in cut_ways if _is_cut_here(graph, way)]
    if 0 <= graph.root < len(boxes):
        x, y = layout.places[graph.root]
        root, half = _root(boxes[graph.root], x, y)
        shapes.append(root)
        width = max(width, x + half + MARGIN)
    return named_svg(
        (width, layout.height + 2 * MARGIN + ROOT_ROOM), "graph-drawing", "graph", title, description, shapes
    )


def _is_cut_here(graph: Graph, way: Way) -> bool:
    """Above the node that cut, rather than below it as well; where nothing leads to that, below it."""
    source = graph.nodes[way.source]
    return source.kind != "cut" or not source.inputs


def _box(node: Node) -> _Box:
    kind = "graph-" + {"function": "freed" if node.freed else "function", "cut": "cut"}.get(
        node.kind, "filled" if node.accumulated else "leaf"
    )
    label = clip(node_label(node), LABEL_MOST)
    if node.kind == "leaf":
        label = f"{label} {show_shape(node.shape)}".strip()
        parts = [node_state(node)]
    else:
        known = f"{plain_name(node.name)} {show_shape(node.shape)}" if node.name else show_shape(node.shape)
        state = node_state(node) if node.kind == "function" else ""  # the scissors say it of a cut
        parts = [known.strip(), line_text(node.line) if node.line is not None else "", state]
    small = clip(" · ".join(part for part in parts if part), SMALL_MOST)
    width = max(104.0, columns(label) * 8.3 + 30, columns(small) * 6.7 + 30)
    return _Box(kind, label, small, width + (18 if node.kind == "cut" else 0))


def _move(layout: Layout, right: float, down: float) -> None:
    layout.places = [(x + right, y + down) for x, y in layout.places]
    layout.ways = [
        Way(way.source, way.target, way.position, [(x + right, y + down) for x, y in way.points]) for way in layout.ways
    ]


def _node(shown: _Box, place: Point) -> str:
    x, y = place
    if shown.kind == "graph-cut":
        w, h, tip = shown.width / 2, BOX / 2, 12
        corners = [(x - w, y), (x - w + tip, y - h), (x + w - tip, y - h), (x + w, y), (x + w - tip, y + h)]
        shape = path([*corners, (x - w + tip, y + h), (x - w, y)], shown.kind)
    else:
        round_by = BOX / 2 if shown.kind in ("graph-leaf", "graph-filled") else 6
        shape = box(x, y, shown.width, BOX, shown.kind, round_by)
    heights = (y - 4, y + 14) if shown.small else (y + 4.5, y)
    lines = text(x, heights[0], shown.label, "graph-label")
    return shape + lines + (text(x, heights[1], shown.small, "graph-small") if shown.small else "")


def _edge(points: list[Point], kind: str, end: str = "") -> str:
    """From the target up to the source, as the gradient goes."""
    back = points[::-1]
    steps = [f"M{_p(back[0])}"]
    for index, (start, stop) in enumerate(itertools.pairwise(back)):
        if index % 2:  # straight through a layer
            steps.append(f"L{_p(stop)}")
        else:
            middle = (start[1] + stop[1]) / 2
            steps.append(f"C{_p((start[0], middle))} {_p((stop[0], middle))} {_p(stop)}")
    arrow = f' marker-end="url(#{end})"' if end else ""
    return f'<path d="{"".join(steps)}" class="{kind}"{arrow}/>'


def _p(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _middle(way: Way) -> Point:
    """Of the part of the edge nearest to the target."""
    (x1, y1), (x2, y2) = way.points[-2:]
    return (x1 + x2) / 2, (y1 + y2) / 2


def _scissors(x: float, y: float) -> str:
    """Open scissors across the edge, and the word beside them."""
    blades = [
        path([(x - 1, y - 3), (x + 9, y + 5)], "graph-blade"),
        path([(x - 1, y + 3), (x + 9, y - 5)], "graph-blade"),
        circle(x - 4, y - 5, 3, "graph-blade"),
        circle(x - 4, y + 5, 3, "graph-blade"),
    ]
    return (
        circle(x, y, 13, "graph-clear") + "".join(blades) + text(x + 17, y + 4.5, gettext("cut"), "graph-word", "start")
    )


def _root(shown: _Box, x: float, y: float) -> tuple[str, float]:
    """A second outline, and from where backward starts; with half of the room that this takes."""
    words = gettext("backward() starts here")
    bottom = y + BOX / 2 + 4
    shapes = [
        box(x, y, shown.width + 8, BOX + 8, "graph-root", 10),
        path([(x, bottom + 20), (x, bottom + 2)], "arrow-high", ARROW),
        text(x, bottom + 34, words, "label-high"),
    ]
    return "".join(shapes), columns(words) * 3.6


def sample(kind: str) -> SafeString:
    """What the key shows for one kind of node or edge: leaf, filled, function, freed, cut, edge, severed, root."""
    if kind == "edge":
        return silent_svg((38, 20), "figure graph-key", [path([(3, 10), (28, 10)], "graph-edge"), _tip()])
    if kind == "severed":
        return silent_svg((38, 20), "figure graph-key", [path([(2, 10), (36, 10)], "graph-severed")])
    if kind == "cut":
        corners: Sequence[Point] = [(2, 10), (8, 3), (30, 3), (36, 10), (30, 17), (8, 17), (2, 10)]
        return silent_svg((38, 20), "figure graph-key", [path(corners, "graph-cut")])
    if kind == "root":
        shapes = [box(19, 10, 36, 18, "graph-root", 6), box(19, 10, 29, 11, "graph-function", 3)]
        return silent_svg((38, 20), "figure graph-key", shapes)
    return silent_svg(
        (38, 20), "figure graph-key", [box(19, 10, 34, 15, f"graph-{kind}", 7.5 if kind in ("leaf", "filled") else 3)]
    )


def _tip() -> str:
    return '<path d="M27 6 36 10 27 14z" class="head-high"/>'
