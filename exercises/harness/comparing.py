"""The numbers that a public test asked for, each beside the reference's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from exercises.harness.check import difference, tolerance
from exercises.harness.conversation import Record
from exercises.harness.trace import contents
from exercises.traced import Comparison

MAX_ROWS = 24
MAX_DEPTH = 4


def compare_records(answered: list[Record], wanted: list[Record]) -> list[Comparison]:
    """Every tensor and number in the answers to the same calls, in order; only as many as a page has room for."""
    rows: list[Comparison] = []
    for place, (kind, expected) in enumerate(wanted):
        if kind != "ok":
            continue
        seen = answered[place][1] if place < len(answered) and answered[place][0] == "ok" else None
        for name, ours, theirs in _pairs("", seen, expected, 0):
            row = _compare(name or "result", ours, theirs, is_gradient="grad" in name.lower())
            if len(rows) < MAX_ROWS and all((row.name, row.expected) != (old.name, old.expected) for old in rows):
                rows.append(row)
    return rows


def compare_gradients(
    seen: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor], passed: bool
) -> list[Comparison]:
    """The gradients of the leaves: those of one name, and where no name is the same, those in one place.

    A parameter may be kept as a number, a row or a column: dimensions of size 1 make no difference. Where the test
    `passed`, a leaf that only the reference has, or a loss of another scale, is another way to write it, and is not told.
    """
    names = {}
    if not seen.keys() & expected.keys() and len(seen) == len(expected):
        names = dict(zip(expected, seen, strict=True))
    rows = []
    for name, wanted in expected.items():
        own = names.get(name, name)
        ours = seen.get(own)
        if ours is not None and ours.squeeze().shape == wanted.squeeze().shape:
            wanted = wanted.reshape(ours.shape)
        row = _compare(f"{own}.grad", ours, wanted, is_gradient=True)
        if row.agrees or not passed:
            rows.append(row)
    return rows[:MAX_ROWS]


def _pairs(name: str, seen: Any, expected: Any, depth: int) -> Iterator[tuple[str, torch.Tensor | None, torch.Tensor]]:
    """(name, yours, expected) of each number in `expected`, with names like w["b"][2]; flags and texts are passed over."""
    if isinstance(expected, dict) and depth < MAX_DEPTH:
        for key, value in expected.items():
            inner = seen.get(key) if isinstance(seen, dict) else None
            yield from _pairs(f"{name}.{key}" if name else str(key), inner, value, depth + 1)
    elif isinstance(expected, list | tuple) and expected and all(type(item) is float for item in expected):
        yield name, _as_tensor(seen), torch.tensor(expected, dtype=torch.float64)
    elif isinstance(expected, list | tuple) and depth < MAX_DEPTH:
        for index, value in enumerate(expected):
            inner = seen[index] if isinstance(seen, list | tuple) and index < len(seen) else None
            yield from _pairs(f"{name}[{index}]", inner, value, depth + 1)
    elif isinstance(expected, torch.Tensor) or type(expected) is float:
        wanted = _as_tensor(expected)
        assert wanted is not None
        if wanted.is_floating_point():
            yield name, _as_tensor(seen), wanted


def _as_tensor(value: Any) -> torch.Tensor | None:
    if isinstance(value, torch.Tensor):
        return value
    if type(value) in (int, float):
        return torch.tensor(float(value), dtype=torch.float64)
    if isinstance(value, list | tuple) and all(type(item) in (int, float) for item in value):
        return torch.tensor([float(item) for item in value], dtype=torch.float64)
    return None


def _compare(name: str, seen: torch.Tensor | None, expected: torch.Tensor, is_gradient: bool = False) -> Comparison:
    yours = contents(seen) if seen is not None else None
    numbers: dict[str, str] = {}
    agrees = False
    if seen is not None and seen.shape == expected.shape and not seen.is_complex():
        rtol, atol = tolerance(seen.dtype if seen.dtype.itemsize < expected.dtype.itemsize else expected.dtype)
        one, other = seen.double(), expected.double()
        agrees = torch.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True)
        finite = bool(torch.isfinite(one).all() and torch.isfinite(other).all())
        numbers = _told(one, other) if finite and expected.numel() else {}
    return Comparison(name, yours, contents(expected), agrees, is_gradient, **numbers)


def _told(seen: torch.Tensor, expected: torch.Tensor) -> dict[str, str]:
    found = difference(seen, expected)
    return {key: str(found[key]) for key in ("max_abs", "max_rel", "ratio") if found[key] is not None}
