"""`manage.py restore`: a backup into an empty database, SQLite or PostgreSQL, whichever it came from."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from grader.lti.models import ToolKey
from grader.lti.vault import WrongSecret, unseal
from grader.operations.archive import BadBackup, Reader, Totals
from grader.operations.restoring import NotEmpty, restore
from grader.operations.schema import WrongSchema


class Command(BaseCommand):
    help = (
        "Restore what `backup` wrote into the database of DATABASE_URL, all or nothing. The web service, workers and "
        "beat are to be stopped. A backup of SQLite can be restored into PostgreSQL and the other way round; one of "
        "an older version is migrated to this one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what `backup` wrote; - for standard input")
        parser.add_argument("--replace", action="store_true", help="remove everything that is in the database first")
        parser.add_argument(
            "--check", action="store_true", help="only prove that the file is whole, and tell what it is"
        )

    def handle(self, *, file: str, replace: bool, check: bool, **_: Any) -> None:
        started = time.monotonic()
        with ExitStack() as stack:
            try:
                source: IO[bytes] = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))
                reader = Reader(source)
                head = reader.header
                self.stdout.write(f"A backup of {head.database}, made at {head.made_at} by Gradus {head.version}")
                totals = self.prove(reader) if check else restore(reader, replace, self.say)
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from None
            except BadBackup as error:
                raise CommandError(f"{file}: {error}. Nothing was restored.") from None
            except NotEmpty as error:
                raise CommandError(
                    f"The database is not empty: there are rows in {error}. Name an empty one in DATABASE_URL, or add "
                    "--replace to remove everything that is in it."
                ) from None
            except (WrongSchema, DatabaseError) as error:
                raise CommandError(f"Nothing was restored: {error}") from None
        done = "Whole" if check else "Restored"
        seconds = time.monotonic() - started
        self.stdout.write(
            self.style.SUCCESS(f"{done}: {totals.rows} rows in {totals.tables} tables in {seconds:.1f} s.")
        )
        if not check:
            self.tell_about_keys()

    def say(self, text: str) -> None:
        self.stdout.write(f"· {text}")

    @staticmethod
    def prove(reader: Reader) -> Totals:
        for _, _, rows in reader.tables():
            for _ in rows:
                pass
        return reader.totals

    def tell_about_keys(self) -> None:
        """Keys come back sealed as they were: only their secret of then opens them."""
        try:
            for sealed in ToolKey.objects.values_list("sealed", flat=True):
                unseal(sealed)
        except WrongSecret:
            self.stdout.write(
                self.style.WARNING(
                    "The LTI keys in it were encrypted with another LTI_KEY_SECRET: set that one, or run "
                    "`manage.py lti rotate-keys --now` and wait until the platforms have read the new key."
                )
            )
