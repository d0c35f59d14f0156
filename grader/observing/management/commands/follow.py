"""`manage.py follow SUBMISSION [FILE …]`: what the log tells of one submission, from its POST to its result."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
FIRST = ("time", "level", "logger", "event")


def read_lines(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        with path.open(errors="replace") as file:
            yield from file


def decode(line: str) -> dict[str, Any] | None:
    """A line's object, whatever a supervisor or Docker has put before it. None for lines that are no JSON."""
    start = line.find("{")
    if start < 0:
        return None
    try:
        found = json.loads(line[start:])
    except ValueError:
        return None
    return found if isinstance(found, dict) and "event" in found else None


def ids_of(entry: dict[str, Any]) -> set[str]:
    """Everything by which a line can be found: its request's id, its submission's, and both parts of a job's name."""
    job = str(entry.get("job", ""))
    found = {str(entry.get("request_id", "")), str(entry.get("submission", "")), *re.split(r"[/.]", job)}
    return found - {""}


def choose(entries: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The lines of a submission or of a request. A submission's lines name its requests; their lines belong to it too."""
    direct = [entry for entry in entries if name in ids_of(entry) or name in str(entry["event"])]
    requests = {str(entry["request_id"]) for entry in direct if entry.get("request_id")}
    # A page that only shows the submission is a request of its own, which names it nowhere but in its address.
    chosen = [entry for entry in entries if entry in direct or str(entry.get("request_id")) in requests]
    return sorted(chosen, key=lambda entry: str(entry.get("time", "")))


def show(entry: dict[str, Any]) -> str:
    time, level, logger, event = (str(entry.get(key, "-")) for key in FIRST)
    more = " ".join(f"{key}={value}" for key, value in entry.items() if key not in (*FIRST, "exception"))
    trace = entry.get("exception")
    return f"{time} {level.upper():7} {logger}: {event}  {more}" + (f"\n{trace}" if trace else "")


class Command(BaseCommand):
    help = (
        "Show what logs in JSON tell of one submission (or request), in order: "
        "`docker-compose logs --no-color | manage.py follow SUBMISSION`."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="SUBMISSION", help="id of a submission, or an X-Request-ID")
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="log files (default: standard input)")

    def handle(self, *, name: str, files: list[Path], **_: Any) -> None:
        if not WELL_FORMED.fullmatch(name):
            raise CommandError(f"{name!r} is no id of a submission or a request")
        source: Iterable[str] | TextIO = read_lines(files) if files else sys.stdin
        entries = [entry for entry in map(decode, source) if entry]
        chosen = choose(entries, name)
        if not chosen:
            raise CommandError(f"none of {len(entries)} lines of JSON is about {name}")
        self.stdout.write("\n".join(show(entry) for entry in chosen))
