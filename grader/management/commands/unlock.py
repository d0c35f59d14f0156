"""`manage.py unlock`: let somebody try to log in again at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.operations.addresses import coarse
from grader.operations.guessing import account_of, unlock


class Command(BaseCommand):
    help = "Forget the wrong passwords of an account, from wherever they came, or those of an address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", metavar="NAME", help="the account's user name")
        parser.add_argument("--address", default="", help="an address as the log names it")

    def handle(self, *, name: str, address: str, **_: Any) -> None:
        if not name and not address:
            raise CommandError("Name an account, or an --address.")
        removed = unlock(account_of(name) if name else "", coarse(address) if address else "")
        self.stdout.write("Unlocked." if removed else "There was no wrong password to forget.")
