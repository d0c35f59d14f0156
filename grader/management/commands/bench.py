"""`manage.py bench`: the figures of this machine, each beside its baseline. Leave the machine alone meanwhile."""

from __future__ import annotations

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from grader.bench import jail, pages, regrading, service, table


def web_rows(repeat: int) -> list[table.Row]:
    """What a visitor waits for and loads; then what pages cost the server in a large course."""
    return [*service.rows(repeat), *pages.rows(repeat)]


PARTS = {"sandbox": jail.rows, "web": web_rows, "regrading": regrading.rows}


class Command(BaseCommand):
    help = "Time grading on this machine, beside a cold start in the same run."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
        parser.add_argument("--repeat", type=int, default=40, help="measurements of each kind (default 40)")
        parser.add_argument("--json", action="store_true", help="print one JSON object a row")

    def handle(self, *, parts: list[str], repeat: int, **options: Any) -> None:
        if unknown := set(parts) - PARTS.keys():
            self.stderr.write(f"unknown part {', '.join(sorted(unknown))}: choose of {', '.join(PARTS)}")
            raise SystemExit(2)
        for name in parts or PARTS:
            if not options["json"]:
                self.stdout.write(f"\n{name} ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}) …")
            rows = PARTS[name](max(5, repeat))
            shown = [json.dumps(row.as_json()) for row in rows] if options["json"] else table.lines(rows)
            self.stdout.write("\n".join(shown))
