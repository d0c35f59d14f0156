"""`manage.py purge`: remove what is kept for a while only; the scheduler does the same every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from grader.operations.purging import Rule, purge


class Command(BaseCommand):
    help = (
        "Remove what is older than the KEEP_…_DAYS of the settings say, and sessions and logins that are over. "
        "Submissions, results and marks stay. The scheduler does this every day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        try:
            found = purge(dry_run)
        except DatabaseError as error:
            raise CommandError(f"Purging stopped: {error}") from None
        for purged in found:
            self.stdout.write(f"{purged.rows:>9}  {purged.rule.name} ({describe(purged.rule)})")
        total = sum(purged.rows for purged in found)
        self.stdout.write(f"{total:>9}  rows {'would be removed' if dry_run else 'removed'}")


def describe(rule: Rule) -> str:
    if rule.days is None:
        return "that are over"
    return f"older than {rule.days} days, {rule.setting}" if rule.days else f"kept, {rule.setting}=0"
