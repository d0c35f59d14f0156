"""`manage.py erase_user`: a person goes, what they handed in stays without a name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.gradebook.erasing import NotErased, count_held, erase


class Command(BaseCommand):
    help = "Erase a person: what they handed in stays as somebody's without a name. This cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the person's user name")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, name: str, yes: bool, **_: Any) -> None:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is nobody with the user name {name!r}.")
        held = count_held(user)
        counts = (
            f"{held.courses} courses, {held.submissions} submissions, {held.drafts} drafts, {held.comments} comments"
        )
        if not yes and input(f"{name}: {counts}. Write the user name once more to erase them: ").strip() != name:
            raise CommandError("Nothing was erased.")
        try:
            somebody = erase(user)
        except NotErased:
            raise CommandError(f"{name} administers: take their rights from them first.") from None
        self.stdout.write(f"{name} is erased ({counts}); what was handed in is now {somebody.username}'s.")
