"""`manage.py export_user`: all data of one person as a ZIP file, as they could download it themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from grader.submissions.export import write_archive


class Command(BaseCommand):
    help = "Write everything that is kept of one person into a ZIP file, as they could download it themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the person's user name")
        parser.add_argument("--to", required=True, metavar="FILE", type=Path, help="the file to write; a new one")
        parser.add_argument(
            "--locale", default="en", choices=[code for code, _ in settings.LANGUAGES], help="language of the texts"
        )

    def handle(self, *, name: str, to: Path, locale: str, **_: Any) -> None:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is nobody with the user name {name!r}.")
        try:
            # For its owner alone: there are names and marks in it.
            opened = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{to}: {error.strerror}; name a new file in a folder that exists.") from None
        try:
            with os.fdopen(opened, "wb") as file, override(locale):
                write_archive(user, file)
        except BaseException:
            to.unlink(missing_ok=True)
            raise
        self.stdout.write(f"{to}: {to.stat().st_size} bytes")
