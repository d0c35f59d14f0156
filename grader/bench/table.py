"""Rows of figures, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One figure. `baseline` is what it is compared with; `target` what the design asks for, in words."""

    what: str
    value: float
    unit: str
    detail: str = ""
    baseline: str = ""
    target: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(len(ordered) * share)))]


def spread(values: Sequence[float]) -> str:
    return f"p95 {percentile(values, 0.95):.1f}, p99 {percentile(values, 0.99):.1f}, n {len(values)}"


def lines(rows: Sequence[Row]) -> list[str]:
    """An aligned table."""
    cells = [("what", "measured", "detail", "baseline", "target")]
    cells += [(row.what, f"{row.value:.1f} {row.unit}", row.detail, row.baseline, row.target) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]
