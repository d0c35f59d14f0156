"""Proves the jail: locks a process in like a job's, lets it try each wall, and reports. `python -m sandbox check`."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass

from sandbox import cgroups
from sandbox.forks import JailFailed, Zygote
from sandbox.policy import LAYERS, Layer
from sandbox.protocol import Job
from sandbox.runner import Pair, run

NO_JAIL_REMEDY = LAYERS["user-namespace"].remedy  # by far the most frequent reason why none can be built


@dataclass(frozen=True)
class Row:
    layer: Layer
    holds: bool
    seen: str


async def inspect(zygote: Zygote) -> list[Row]:
    """One row a layer, from a fork that was locked in like any other. Raises JailFailed when there can be none."""
    pair = await Pair.fork(zygote, canary=True)
    try:
        report = await run(Job(b"", b""), pair, core=min(os.sched_getaffinity(0)))
    finally:
        await pair.dispose()
    if not report.answer:
        raise JailFailed(f"the prober ended with {report.outcome}: {report.detail}")
    findings: dict[str, tuple[bool, str]] = json.loads(report.answer)
    driver = cgroups.detect()
    findings["cgroup"] = (driver is not None, f"version {driver.version}" if driver else "no writable hierarchy")
    return [Row(layer, *findings[name]) for name, layer in LAYERS.items()]


def missing(rows: list[Row]) -> list[Row]:
    """The required layers that do not hold."""
    return [row for row in rows if row.layer.required and not row.holds]


async def _inspect_here() -> list[Row]:
    zygote = await Zygote.start("sandbox.prober")
    try:
        return await inspect(zygote)
    finally:
        await zygote.stop()


def main(as_json: bool) -> int:
    """Print the table; 0 when every required layer holds, else 1."""
    try:
        rows = asyncio.run(_inspect_here())
    except (JailFailed, OSError) as error:
        text = f"no jail can be built here: {error}\nremedy: {NO_JAIL_REMEDY}"
        print(json.dumps({"error": str(error)}) if as_json else text)
        return 1
    if as_json:
        print(json.dumps({row.layer.name: {"holds": row.holds, "seen": row.seen} for row in rows}))
    else:
        _print_table(rows)
    return 1 if missing(rows) else 0


def _print_table(rows: list[Row]) -> None:
    width = max(len(row.layer.name) for row in rows)
    print(f"{'layer':<{width}}  holds  stops")
    for row in rows:
        mark = "yes" if row.holds else ("NO" if row.layer.required else "no")
        print(f"{row.layer.name:<{width}}  {mark:<5}  {row.layer.stops}")
        print(f"{'':<{width}}         seen: {row.seen}")
        if not row.holds:
            print(f"{'':<{width}}         remedy: {row.layer.remedy}")
    lacking = missing(rows)
    print("all required layers hold" if not lacking else f"{len(lacking)} required layer(s) missing: nothing will run")
