"""Sections of the chapters, as a link of a platform names and opens them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec
from django.urls import reverse

from exercises.chapter import MANIFEST, Manifest
from exercises.format import CONTENT
from grader.lti.refusals import Refused


@dataclass(frozen=True)
class ChapterSection:
    """`name`: its number, such as "3.2.4"; for a section without one, that of the chapter and a word."""

    name: str
    title: str
    chapter: str
    anchor: str

    @property
    def url(self) -> str:
        return f"{reverse('chapter', args=[int(self.name.partition('.')[0])])}#{self.anchor}"


@cache
def list_sections(locale: str) -> tuple[ChapterSection, ...]:
    """All, in the order in which they are read; the files are part of the release and do not change while it runs."""
    found = []
    for path in sorted(CONTENT.glob(f"chapter*/{MANIFEST}")):
        manifest = msgspec.toml.decode(path.read_bytes(), type=Manifest)
        chapter = f"{manifest.number} {manifest.title.get(locale)}"
        for section in manifest.sections:
            name = section.number or f"{manifest.number}.{section.id}"
            title = section.heading(locale).replace("`", "")
            found.append(ChapterSection(name, title, chapter, section.anchor))
    return tuple(found)


def find_section(name: str) -> ChapterSection:
    """Raises Refused."""
    for section in list_sections("en"):
        if section.name == name:
            return section
    raise Refused("section_unknown", f"section {name[:100]!r}")
