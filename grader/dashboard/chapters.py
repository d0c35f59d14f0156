"""A chapter as its template needs it: what is the same for everybody is made once, the student's state is added."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from exercises import chapter as chapters
from exercises import figures
from exercises.chapter import Part, SectionSpec
from grader.courses.models import Enrollment
from grader.dashboard.progress import ExerciseLine, list_sections
from grader.submissions.results import current_locale
from grader.submissions.texts import highlight, show_statement, show_text


@dataclass(frozen=True)
class PartView:
    """`kind`: prose, block, figure or exercises. `html` is safe; `code` and `output` are raw text."""

    kind: str
    html: SafeString = field(default_factory=SafeString)
    code: str = ""
    output: str = ""
    runs: bool = False
    raises: str = ""
    figure: figures.Shown | None = None
    frames: list[tuple[str, SafeString]] = field(default_factory=list)
    exercises: list[ExerciseLine] = field(default_factory=list)
    slugs: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class SectionPage:
    """`level`: 2 or 3, as of its heading. `sections`: those of level 3 below it."""

    number: str
    title: SafeString
    anchor: str
    level: int
    parts: list[PartView]
    sections: list[SectionPage] = field(default_factory=list)


@dataclass(frozen=True)
class ChapterPage:
    number: int
    title: SafeString
    lead: SafeString
    sections: list[SectionPage]


def may_read(user: Any) -> bool:
    """Whoever takes part in a course, and staff."""
    return bool(user.is_staff) or Enrollment.objects.filter(user=user).exists()


def check_reader(user: Any, number: int) -> None:
    """Raises Http404 for a stranger, and for a chapter that there isn't."""
    if not may_read(user) or not (chapters.folder_of(number) / chapters.MANIFEST).is_file():
        raise Http404("no such chapter for this user")


def build_chapter(user: Any, number: int) -> ChapterPage:
    """The chapter in the reader's language, with the exercises that are open to them. Raises Http404."""
    check_reader(user, number)
    page = read_chapter(number, current_locale())
    lines = {line.slug: line for section in list_sections(user) for line in section.exercises}
    return ChapterPage(
        page.number, page.title, page.lead, [with_exercises(section, lines) for section in page.sections]
    )


def with_exercises(section: SectionPage, lines: dict[str, ExerciseLine]) -> SectionPage:
    """The section with the exercises that are there; what is not published leaves no gap."""
    parts = []
    for part in section.parts:
        if part.kind == "exercises":
            open_ones = [lines[slug] for slug in part.slugs if slug in lines]
            if open_ones:
                parts.append(PartView("exercises", exercises=open_ones))
        else:
            parts.append(part)
    below = [with_exercises(one, lines) for one in section.sections]
    return SectionPage(section.number, section.title, section.anchor, section.level, parts, below)


@cache
def read_chapter(number: int, locale: str) -> ChapterPage:
    """All that is the same for everybody; the files are part of the release and do not change while it runs."""
    chapter = chapters.load(chapters.folder_of(number))
    blocks = iter(range(1, 1000))
    sections: list[SectionPage] = []
    for section in chapter.sections[locale]:
        page = show_section(chapter, section.spec, section.parts, locale, blocks)
        if page.level == 3 and sections:
            sections[-1].sections.append(page)
        else:
            sections.append(page)
    manifest = chapter.manifest
    return ChapterPage(number, show_text(manifest.title.get(locale)), show_text(manifest.lead.get(locale)), sections)


def show_section(
    chapter: chapters.Chapter, spec: SectionSpec, parts: list[Part], locale: str, blocks: Any
) -> SectionPage:
    views: list[PartView] = []
    for kind, group in groupby(parts, lambda part: part.kind):
        if kind == "exercise":
            views.append(PartView("exercises", slugs=tuple(part.text for part in group)))
        else:
            views += [show_part(chapter, part, locale, blocks) for part in group]
    return SectionPage(spec.number, show_text(spec.title.get(locale)), spec.anchor, spec.level, views)


def show_part(chapter: chapters.Chapter, part: Part, locale: str, blocks: Any) -> PartView:
    if part.kind == "prose":
        return PartView("prose", html=show_statement(part.text))
    if part.kind == "figure":
        figure = figures.show(chapter, part.text, locale)
        frames = [(title, mark_safe(svg)) for title, svg in figure.frames]  # noqa: S308 - drawn by our own code
        return PartView("figure", figure=figure, frames=frames)
    return PartView(
        "block",
        html=highlight(part.text),
        code=part.text,
        output=part.output.strip("\n"),
        runs=part.runs,
        raises=part.raises,
        number=next(blocks),
    )
