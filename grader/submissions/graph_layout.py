"""Where the nodes of a graph stand: in layers, inputs above what they go into, with few crossings. Numbers only."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP = 26.0  # between neighbours of one layer
THIN = 14.0  # what an edge takes that passes through a layer
SWEEPS = 6
Point = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """An edge as points from the source's lower edge to the target's upper edge, and which input of the target it is."""

    source: int
    target: int
    position: int
    points: list[Point]


@dataclass
class Layout:
    """`places`: the middle of each node."""

    width: float
    height: float
    places: list[Point]
    ways: list[Way]


@dataclass
class _Spot:
    """A node, or a bend of an edge that passes through the layer (node is None)."""

    layer: int
    width: float
    node: int | None = None
    depth: int = 0  # of the longest way from an input; a bend has that of its source
    above: list[_Spot] = field(default_factory=list)
    below: list[_Spot] = field(default_factory=list)
    rank: float = 0.0
    x: float = 0.0

    @property
    def leads(self) -> bool:
        """Whether it lies on one of the longest ways from an input to the root, which hang straight down."""
        return self.depth == self.layer > 0

    @property
    def hangs(self) -> bool:
        """Whether it follows what is above it; bends do so that edges are straight."""
        return self.leads or self.node is None


@dataclass
class _Chain:
    """An edge as the spots that it goes through."""

    position: int
    spots: list[_Spot]


def lay_out(widths: Sequence[float], inputs: Sequence[Sequence[int]], box: float, gap: float) -> Layout:
    """`inputs`: of each node, the indices of those before it that go into it. `box`: height of a node; `gap`: between
    two layers."""
    layers, depths = _layers(inputs)
    spots = [_Spot(layers[index], width, index, depths[index]) for index, width in enumerate(widths)]
    chains = [_chain(spots, source, target, position)
              for target, sources in enumerate(inputs) for position, source in enumerate(sources)]  # fmt: skip
    rows = _rows(spots, chains)
    _order(rows)
    _place(rows)
    tall = [layer * (box + gap) + box / 2 for layer in range(len(rows))]
    left = min((spot.x - spot.width / 2 for row in rows for spot in row), default=0.0)
    for row in rows:
        for spot in row:
            spot.x -= left
    width = max((spot.x + spot.width / 2 for row in rows for spot in row), default=0.0)
    places = [(spot.x, tall[spot.layer]) for spot in spots]
    return Layout(width, len(rows) * (box + gap) - gap, places, _ways(chains, tall, box))


def _layers(inputs: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Everything right above the first that needs it, so that edges are short. And the depths from the inputs."""
    depths = [0] * len(inputs)
    for index, sources in enumerate(inputs):
        depths[index] = max((depths[source] + 1 for source in sources), default=0)
    lowest = max(depths, default=0)
    layers = [lowest] * len(inputs)
    for index in range(len(inputs) - 1, -1, -1):
        for source in inputs[index]:
            layers[source] = min(layers[source], layers[index] - 1)
    return layers, depths


def _chain(spots: list[_Spot], source: int, target: int, position: int) -> _Chain:
    first, last = spots[source], spots[target]
    between = [_Spot(layer, THIN, None, first.depth) for layer in range(first.layer + 1, last.layer)]
    chain = [first, *between, last]
    for upper, lower in itertools.pairwise(chain):
        upper.below.append(lower)
        lower.above.append(upper)
    return _Chain(position, chain)


def _rows(spots: list[_Spot], chains: list[_Chain]) -> list[list[_Spot]]:
    rows: list[list[_Spot]] = [[] for _ in range(max((spot.layer for spot in spots), default=-1) + 1)]
    for spot in [*spots, *(spot for chain in chains for spot in chain.spots[1:-1])]:
        rows[spot.layer].append(spot)
    return rows


def _order(rows: list[list[_Spot]]) -> None:
    """Sort each row by the middle of its neighbours, down and up again, which takes most crossings away."""
    for row in rows:
        _number(row)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for row in rows if downward else reversed(rows):
            middles = {}
            for spot in row:
                near = spot.above if downward else spot.below
                middles[id(spot)] = sum(other.rank for other in near) / len(near) if near else spot.rank
            row.sort(key=lambda spot: middles[id(spot)])
            _number(row)


def _number(row: list[_Spot]) -> None:
    for rank, spot in enumerate(row):
        spot.rank = rank - (len(row) - 1) / 2


def _place(rows: list[list[_Spot]]) -> None:
    """Bring each spot as near to its neighbours as those beside it allow: the longest ways hang straight down,
    and all else stands beside them, above what it goes into."""
    for row in rows:
        _settle(row, [0.0] * len(row))
    for _ in range(SWEEPS):
        for row in reversed(rows):
            _settle(row, [_middle(spot.below, spot.x) for spot in row])
        for row in rows:
            _settle(row, [_middle(_deepest(spot.above) if spot.hangs else spot.below, spot.x) for spot in row])


def _deepest(spots: list[_Spot]) -> list[_Spot]:
    most = max((spot.depth for spot in spots), default=0)
    return [spot for spot in spots if spot.depth == most]


def _middle(near: list[_Spot], otherwise: float) -> float:
    return sum(spot.x for spot in near) / len(near) if near else otherwise


def _settle(row: list[_Spot], wanted: list[float]) -> None:
    """The places nearest to what is wanted that keep order and distance: neighbours that press on each other are
    pooled around the mean of what they want (isotonic regression by adjacent violators); the longest ways have
    precedence."""
    offsets = [0.0]
    for left, right in itertools.pairwise(row):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + GAP)
    pools: list[tuple[float, float, int]] = []  # weighted sum of what is wanted, weight, and of how many
    for spot, target, offset in zip(row, wanted, offsets, strict=False):
        weight = 1.0 if spot.leads else 1e-6
        pools.append(((target - offset) * weight, weight, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    flat = [total / weight for total, weight, count in pools for _ in range(count)]
    for spot, base, offset in zip(row, flat, offsets, strict=False):
        spot.x = base + offset


def _ways(chains: list[_Chain], tall: list[float], box: float) -> list[Way]:
    """The edges, each with a place of its own where several leave or reach the same node."""
    leaving: dict[int, list[tuple[float, int]]] = {}
    reaching: dict[int, list[tuple[float, int]]] = {}
    for number, chain in enumerate(chains):
        leaving.setdefault(chain.spots[0].node or 0, []).append((chain.spots[1].x, number))
        reaching.setdefault(chain.spots[-1].node or 0, []).append((chain.spots[-2].x, number))
    starts, ends = _ports(leaving), _ports(reaching)
    ways = []
    for number, chain in enumerate(chains):
        first, last = chain.spots[0], chain.spots[-1]
        points = [(first.x + starts[number] * first.width, tall[first.layer] + box / 2)]
        for spot in chain.spots[1:-1]:
            points += [(spot.x, tall[spot.layer] - box / 2), (spot.x, tall[spot.layer] + box / 2)]
        points.append((last.x + ends[number] * last.width, tall[last.layer] - box / 2))
        ways.append(Way(first.node or 0, last.node or 0, chain.position, points))
    return ways


def _ports(edges: dict[int, list[tuple[float, int]]]) -> dict[int, float]:
    """For each edge its place along the node, in shares of the width from its middle."""
    ports = {}
    for group in edges.values():
        step = min(0.16, 0.7 / len(group))
        for place, (_, number) in enumerate(sorted(group)):
            ports[number] = (place - (len(group) - 1) / 2) * step
    return ports
