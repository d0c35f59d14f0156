"""`manage.py drift`: what another version of torch would change in the exercises and the chapter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises import drift
from exercises.management.commands.exercise import seed_count


class Command(BaseCommand):
    """Exit code: 0 nothing changed, 1 something did, 2 wrong usage."""

    help = "Prove all exercises and the chapter's blocks under another torch, and list what changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", metavar="SLUG", nargs="*", help="default: all bundled exercises")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--torch", metavar="VERSION", help="install this version into an environment of its own")
        which.add_argument("--python", type=Path, metavar="PATH", help="an interpreter that has the other version")
        parser.add_argument(
            "--seeds", type=seed_count, default=3, metavar="N", help="how many hidden draws (default 3)"
        )

    def handle(self, *args: Any, slugs: list[str], **options: Any) -> None:
        try:
            python = options["python"] or drift.environment_with(
                options["torch"], settings.VAR_DIR / "drift", self.stdout.write
            )
            changes = drift.report(python, options["seeds"], slugs, self.stdout.write)
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            raise CommandError(f"It cannot be proved under the other torch: {error}", returncode=2) from None
        for change in changes:
            self.stdout.write(self.style.WARNING(change))
        self.stdout.write(f"{len(changes)} change(s)" if changes else "Nothing changed.")
        if changes:
            sys.exit(1)
