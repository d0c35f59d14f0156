"""`manage.py backup`: the whole database into one file, while the service runs."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from grader.operations.archive import Totals
from grader.operations.backup import LEFT_OUT, back_up
from grader.operations.schema import WrongSchema

KEEP_TOO = (
    "Not in it, to be kept apart from it: the settings (.env), above all SECRET_KEY and LTI_KEY_SECRET (where they are "
    "not set: secret_key and lti_key_secret in the data folder). Without LTI_KEY_SECRET the tool's keys cannot be "
    "read, and `lti rotate-keys` must make new ones."
)


class Command(BaseCommand):
    help = (
        "Write the whole database, exercises and their versions included, into one file that `restore` takes, as it is "
        "at one moment; the service may run meanwhile. " + KEEP_TOO
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="a new file, for instance gradus.backup; - for standard output"
        )

    def handle(self, *, file: str, **_: Any) -> None:
        started = time.monotonic()
        try:
            totals = self.write_out() if file == "-" else self.write_file(Path(file))
        except (WrongSchema, DatabaseError) as error:
            raise CommandError(f"No backup was made: {error}") from None
        seconds = time.monotonic() - started
        self.stderr.write(
            f"Backed up {totals.rows} rows in {totals.tables} tables in {seconds:.1f} s.", self.style.SUCCESS
        )
        self.stderr.write(f"Left out on purpose: {', '.join(LEFT_OUT)}. {KEEP_TOO}", lambda text: text)

    @staticmethod
    def write_out() -> Totals:
        if sys.stdout.isatty():
            raise CommandError("A backup is no text for a terminal: redirect it, or name a file.")
        totals = back_up(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return totals

    @staticmethod
    def write_file(path: Path) -> Totals:
        """Under the file's own name only once it is whole and on the disk, and for its owner alone."""
        draft = path.with_name(path.name + ".partial")
        if path.exists():
            raise CommandError(f"{path}: there is a file already; name a new one.")
        try:
            opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{draft}: {error.strerror}; name a new file in a folder that exists.") from None
        try:
            with os.fdopen(opened, "wb") as file:
                totals = back_up(file)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}; no backup was made.") from None
        finally:
            draft.unlink(missing_ok=True)
        return totals
