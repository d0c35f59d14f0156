"""`python -m tests.load PART …`: see --help, or docs/capacity.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop

from grader.bench.table import lines
from tests.load import capacity, hosts, scenarios
from tests.load.report import as_json, details, table
from tests.load.waves import Wave

OUT = Path(__file__).resolve().parents[2] / "var" / "load"
PARTS: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, list[Wave]]]] = {
    "deadline": scenarios.deadline,
    "chaos": scenarios.chaos,
    "faults": scenarios.faults,
    "clock": scenarios.clock,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "hosts", "capacity"], nargs="?", default="deadline")
    parser.add_argument("--students", type=int, default=0, help="how many; each hands in once a wave")
    parser.add_argument("--window", type=float, default=0, help="seconds in which they hand in")
    parser.add_argument("--database", choices=("postgresql", "sqlite", "both"), default="both")
    parser.add_argument("--only", default="", help="of the faults, those with this word in their name")
    options = parser.parse_args()
    if options.part == "hosts":
        return run_hosts(options)
    if options.part == "capacity":
        return run_capacity(options)
    waves = uvloop.run(PARTS[options.part](options))
    print("\n" + "\n\n".join(map(details, waves)))
    print("\n" + table(waves))
    write(options.part, as_json(waves))
    return 0 if all(wave.is_clean for wave in waves) else 1


def run_capacity(options: argparse.Namespace) -> int:
    rows = uvloop.run(capacity.measure(options.students or 200))
    print("\n".join(lines(rows)))
    write(options.part, [row.as_json() for row in rows])
    return 0


def write(part: str, found: object) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{part}.json").write_text(json.dumps(found, indent=1))
    print(f"\nwritten to {OUT / f'{part}.json'}")


def run_hosts(options: argparse.Namespace) -> int:
    if why := hosts.possible():
        print(f"several hosts cannot be played here: {why}")
        return 2
    runs = hosts.measure(options.students or 400)
    print("\n" + hosts.show(runs))
    write(options.part, hosts.as_json(runs))
    return 0 if all(ran.is_clean for ran in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
