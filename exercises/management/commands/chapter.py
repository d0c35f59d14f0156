"""`manage.py chapter`: check a chapter's two texts, fill in what its blocks print, and measure its figures' numbers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises import chapter as chapters
from exercises import figures
from exercises.blocks import run_block
from exercises.chapter import Chapter, ChapterInvalid
from exercises.format import LOCALES
from sandbox.client import Client, SandboxUnavailable, ensure_server


class Command(BaseCommand):
    """Exit code: 0 all right, 1 something is wrong with the chapter."""

    help = "Check a chapter, or renew what it shows from real runs in the sandbox."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        help_texts = {
            "check": "say everything that is wrong with it",
            "fill": "write what each block prints into the fence behind it, in both languages",
            "figures": "run the figures' programs and keep their numbers",
        }
        actions = parser.add_subparsers(dest="action", required=True)
        for action, text in help_texts.items():
            one = actions.add_parser(action, help=text)
            one.add_argument("number", type=int, nargs="?", default=3, help="the chapter's number")

    def handle(self, *args: Any, action: str, number: int, **options: Any) -> None:
        folder = chapters.folder_of(number)
        try:
            with ensure_server(settings.SANDBOX_SOCKET) as client:
                mistakes = {"check": self._check, "fill": self._fill, "figures": self._measure}[action](folder, client)
        except SandboxUnavailable as error:
            raise CommandError(f"The sandbox does not start: {error}") from None
        for mistake in mistakes:
            self.stderr.write(mistake)
        if mistakes:
            sys.exit(1)

    def _check(self, folder: Path, client: Client) -> list[str]:
        try:
            chapter = chapters.load(folder)
        except ChapterInvalid as error:
            return [str(mistake) for mistake in error.mistakes]
        mistakes = [str(mistake) for mistake in chapters.exercise_mistakes(chapter)]
        return mistakes + [
            f"{locale}.md: line {part.line}: {what}" for locale, part, what in wrong_blocks(chapter, client)
        ]

    def _fill(self, folder: Path, client: Client) -> list[str]:
        for locale in LOCALES:
            path = folder / f"{locale}.md"
            text = path.read_text(encoding="utf-8")
            path.write_text(chapters.fill(text, lambda source: run_block(client, source)), encoding="utf-8")
            self.stdout.write(f"{path.name}: filled")
        return []

    def _measure(self, folder: Path, client: Client) -> list[str]:
        for name in figures.PROGRAMS:
            figures.write_numbers(folder, name, figures.measure(folder, name, client))
            self.stdout.write(f"{name}: measured")
        return []


def wrong_blocks(chapter: Chapter, client: Client) -> list[tuple[str, chapters.Part, str]]:
    """(locale, block, what is wrong) of every block that does not show what the text says."""
    runs = [(locale, part, run_block(client, part.text)) for locale, part in chapter.blocks]
    return [(locale, part, what) for locale, part, seen in runs if (what := chapters.difference(part, seen))]
