"""A chapter's figures: numbers measured by small torch programs, kept as JSON, and drawn as SVG. No Django, no torch."""

from __future__ import annotations

import json
import math
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from exercises import drawings
from exercises.blocks import run_block
from exercises.chapter import Chapter
from exercises.drawings import number
from sandbox.client import Client

Data = dict[str, Any]
# Which program's numbers each figure shows.
SOURCES = {
    "tangent": "tangent",
    "network": "network",
    "descent": "descent",
    "graph": "graph",
    "cuts": "cuts",
    "broadcast": "broadcast",
    "fit": "regression",
    "loss": "regression",
}
PROGRAMS = tuple(dict.fromkeys(SOURCES.values()))


class Shown(msgspec.Struct, frozen=True):
    """A figure in one language. `frames`: one SVG, or several with the title of each. `slider`: for the moving one."""

    name: str
    title: str
    caption: str
    alternative: str
    frames: list[tuple[str, str]]
    slider: dict[str, Any] | None = None


def measure(folder: Path, name: str, client: Client) -> Data:
    """Run a figure's program in the sandbox. Raises ValueError with what it said instead of numbers."""
    seen = run_block(client, (folder / "figures" / f"{name}.py").read_text(encoding="utf-8"))
    if seen.error or seen.notes or seen.broken:
        raise ValueError(f"figures/{name}.py: line {seen.line}: {seen.error or seen.notes or 'not run'}")
    return dict(json.loads(seen.printed))


def write_numbers(folder: Path, name: str, data: Data) -> None:
    path = folder / "figures" / f"{name}.json"
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


def read_numbers(folder: Path, name: str) -> Data:
    return dict(json.loads((folder / "figures" / f"{name}.json").read_text(encoding="utf-8")))


def differences(kept: object, seen: object, place: str = "") -> list[str]:
    """Where two measurements differ by more than rounding."""
    if isinstance(kept, dict) and isinstance(seen, dict):
        names = sorted(kept.keys() | seen.keys())
        return [text for name in names for text in differences(kept.get(name), seen.get(name), f"{place}.{name}")]
    if isinstance(kept, list) and isinstance(seen, list) and len(kept) == len(seen):
        pairs = enumerate(zip(kept, seen, strict=True))
        return [text for index, (a, b) in pairs for text in differences(a, b, f"{place}[{index}]")]
    if isinstance(kept, float | int) and isinstance(seen, float | int) and type(kept) is not bool:
        return [] if math.isclose(kept, seen, rel_tol=1e-3, abs_tol=1e-4) else [f"{place}: {kept} kept, {seen} seen"]
    return [] if kept == seen else [f"{place}: {kept!r} kept, {seen!r} seen"]


def show(chapter: Chapter, name: str, locale: str) -> Shown:
    """The figure with its numbers and its texts in one language."""
    spec = chapter.manifest.figures[name]
    data = read_numbers(chapter.folder, SOURCES[name])
    numbers = _NUMBERS[name](data)
    labels = {key: text.get(locale) for key, text in spec.labels.items()}
    # Labels with numbers of the figure are filled in here, those of the slider in the page.
    filled = {key: text.format(**numbers) for key, text in labels.items() if key != "steps"}
    texts = [text.get(locale).format(**numbers) for text in (spec.title, spec.caption, spec.alternative)]
    frames = getattr(drawings, f"draw_{name}")(data, filled)
    title, caption, alternative = texts
    return Shown(
        name,
        title,
        caption,
        alternative,
        frames=[(text, _named(svg, name, index, texts)) for index, (text, svg) in enumerate(frames)],
        slider=_slider(data, labels) if name == "descent" else None,
    )


def _named(svg: str, name: str, index: int, texts: list[str]) -> str:
    """With title and description for who cannot see it; frames behind the first stand with the first's."""
    if index:
        return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    title, description = f"figure-{name}-title", f"figure-{name}-description"
    opening, rest = svg.split(">", 1)
    names = f'<title id="{title}">{escape(texts[0])}</title><desc id="{description}">{escape(texts[2])}</desc>'
    return f'{opening} role="img" aria-labelledby="{title} {description}">{names}{rest}'


def _slider(data: Data, labels: dict[str, str]) -> dict[str, Any]:
    paths = [[rate, [round(w, 4) for w in path]] for rate, path in data["paths"].items()]
    return {"paths": paths, "start": list(data["paths"]).index(data["good"]), "labels": labels}


def _of_network(data: Data) -> dict[str, str]:
    grad = data["grad"]
    values = {
        "x1": data["x"][0], "x2": data["x"][1], "h1": data["h"][0], "h2": data["h"][1], "p": data["p"],
        "loss": data["loss"], "gp": grad["p"], "gh1": grad["h"][0], "gh2": grad["h"][1],
        "gw1": grad["W"][0][0], "gw2": grad["W"][0][1],
    }  # fmt: skip
    return {key: number(value) for key, value in values.items()}


def _of_descent(data: Data) -> dict[str, str]:
    rates = [data[key] for key in ("slow", "good", "diverging")]
    ends = {f"end{i}": number(data["paths"][rate][-1]) for i, rate in enumerate(rates, 1)}
    return ends | {f"lr{i}": number(float(rate)) for i, rate in enumerate(rates, 1)}


def _of_graph(data: Data) -> dict[str, str]:
    return {key: data[key] for key in ("root", "add", "leaf")} | {
        "each": number(data["each"][0]),
        "sum": number(data["sum"]),
    }


def _of_broadcast(data: Data) -> dict[str, str]:
    rows, columns = data["shape"]
    values = {"rows": rows, "columns": columns, "cells": data["cells"], "others": data["cells"] - data["n"]}
    return {key: str(value) for key, value in values.items()}


def _of_regression(data: Data) -> dict[str, str]:
    numbers = {"mean": f"{data['mean']:.2f}"}
    for kind in ("wrong", "right"):
        one = data[kind]
        numbers |= {f"w_{kind}": f"{one['w']:.2f}", f"b_{kind}": f"{one['b']:.2f}"}
        numbers |= {f"first_{kind}": f"{one['losses'][0]:.1f}", f"last_{kind}": f"{one['losses'][-1]:.2f}"}
    return numbers


_NUMBERS = {
    "tangent": lambda data: {"slope": number(data["slope"]), "gain": number(data["gain"])},
    "network": _of_network,
    "descent": _of_descent,
    "graph": _of_graph,
    "cuts": lambda data: {key: str(value) for key, value in data.items()},
    "broadcast": _of_broadcast,
    "fit": _of_regression,
    "loss": _of_regression,
}
