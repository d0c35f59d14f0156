"""A chapter: one text in two languages, split into parts that templates show; every mistake is reported at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from exercises.blocks import Shown
from exercises.format import CONTENT, LOCALES, Filled, Mistake, Text, bundled

MANIFEST = "chapter.toml"
COMPLETE = 33  # with so many exercises there, a marker without its exercise is a mistake
_HEADING = re.compile(r"(#{2,3}) (.+)")
_MARKER = re.compile(r"\{(\w+): ([\w-]+)\}")
_FENCE = re.compile(r"```(.*)")
_OPTION = re.compile(r"(raises|warns)=(\w+)|plots=(\d)")
_Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class SectionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section as chapter.toml lists it."""

    id: Annotated[str, msgspec.Meta(pattern=r"^(\d+(\.\d+)*|[a-z]+)$", description='write "3.1.2" or a word')]
    title: Text
    exercises: list[_Slug] = []

    @property
    def number(self) -> str:
        """ "3.1.2", or nothing for a section that has only a title."""
        return self.id if self.id[0].isdigit() else ""

    @property
    def anchor(self) -> str:
        return f"s{self.id.replace('.', '-')}" if self.number else self.id

    @property
    def level(self) -> int:
        """2 or 3, as of its heading."""
        return 3 if self.id.count(".") > 1 else 2

    def heading(self, locale: str) -> str:
        return f"{self.number} {self.title.get(locale)}".strip()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """chapter.toml."""

    number: int
    title: Text
    lead: Text
    sections: list[SectionSpec]
    figures: dict[str, Figure] = {}


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about a figure. `alternative` tells who cannot see it all that it shows; `labels` stand in it."""

    title: Text
    caption: Text
    alternative: Text
    labels: dict[str, Text] = {}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of a section. `text`: Markdown, or the block's code, or the name of the figure or exercise.

    `runs`: the block is one to be run; it must end with `raises`, warn of `warns`, and draw `plots` plots.
    """

    kind: Literal["prose", "block", "figure", "exercise"]
    text: str
    line: int
    language: str = "python"
    runs: bool = False
    raises: str = ""
    warns: str = ""
    plots: int = 0
    output: str = ""

    @property
    def shape(self) -> tuple[object, ...]:
        """What must be the same in both languages: for a block its statements, whatever its comments say."""
        if self.kind == "prose":
            return ("prose",)
        if self.kind != "block":
            return (self.kind, self.text)
        try:
            code = ast.dump(ast.parse(self.text)) if self.language == "python" else self.text
        except SyntaxError:
            code = self.text
        return (self.kind, code, self.output, self.runs, self.raises, self.warns, self.plots)


class Section(msgspec.Struct, frozen=True):
    spec: SectionSpec
    parts: list[Part]


class Chapter(msgspec.Struct, frozen=True, dict=True):
    """A checked chapter. `sections`: by locale, in the manifest's order."""

    folder: Path
    manifest: Manifest
    sections: dict[str, list[Section]]

    @cached_property
    def blocks(self) -> list[tuple[str, Part]]:
        """(locale, block) of every block that runs; one whose code is the same in both languages only once."""
        found: dict[str, tuple[str, Part]] = {}
        for locale in LOCALES:
            for section in self.sections[locale]:
                for part in section.parts:
                    if part.runs:
                        found.setdefault(part.text, (locale, part))
        return list(found.values())

    @property
    def exercises(self) -> dict[str, str]:
        """Section id of each exercise."""
        return {slug: section.id for section in self.manifest.sections for slug in section.exercises}


class ChapterInvalid(ValueError):
    """A folder that is no chapter; `mistakes` holds everything that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


def folder_of(number: int) -> Path:
    """The bundled chapter's folder, whether it is there or not."""
    return CONTENT / f"chapter{number:02}"


def load(folder: Path) -> Chapter:
    """Read and check a chapter. Raises ChapterInvalid with every mistake."""
    mistakes: list[Mistake] = []
    manifest = _manifest(folder, mistakes)
    texts = {locale: _text(folder, locale, mistakes) for locale in LOCALES}
    if manifest is None or mistakes:
        raise ChapterInvalid(mistakes)
    sections = {locale: _sections(text, manifest, locale, mistakes) for locale, text in texts.items()}
    for locale in LOCALES:
        _check_markers(sections[locale], manifest, locale, mistakes)
    _compare(sections, mistakes)
    if mistakes:
        raise ChapterInvalid(mistakes)
    return Chapter(folder, manifest, sections)


def _manifest(folder: Path, mistakes: list[Mistake]) -> Manifest | None:
    try:
        return msgspec.toml.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        mistakes.append(Mistake(MANIFEST, "", f"cannot be read ({error.strerror})", "write it"))
    except (msgspec.MsgspecError, ValueError) as error:
        mistakes.append(Mistake(MANIFEST, "", str(error), "mend it"))
    return None


def _text(folder: Path, locale: str, mistakes: list[Mistake]) -> str:
    try:
        return (folder / f"{locale}.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(f"{locale}.md", "", f"cannot be read ({error})", "write it, in UTF-8"))
        return ""


def _sections(text: str, manifest: Manifest, locale: str, mistakes: list[Mistake]) -> list[Section]:
    """The text cut at its headings, which must be the manifest's, in its order."""
    file = f"{locale}.md"
    pieces = _cut(text)
    if pieces[0][1].strip():
        mistakes.append(Mistake(file, "line 1", "text before the first heading", "put a heading before it"))
    headings = [(piece[0], piece[2]) for piece in pieces[1:]]
    sections: list[Section] = []
    for spec, piece in zip_longest(manifest.sections, pieces[1:]):
        wanted = f"{'#' * spec.level} {spec.heading(locale)}" if spec else ""
        seen, line = (piece[0], piece[2]) if piece else ("", len(text.splitlines()))
        if wanted != seen:
            what = f"heading {seen!r}, expected {wanted!r}"
            mistakes.append(Mistake(file, f"line {line}", what, f"use the {len(manifest.sections)} of {MANIFEST}"))
            if len(headings) != len(manifest.sections):
                return sections  # everything behind it would be wrong as well
        if spec and piece:
            sections.append(Section(spec, _parts(piece[1], piece[2], file, mistakes)))
    return sections


def _cut(text: str) -> list[tuple[str, str, int]]:
    """(heading, what follows it, line of the heading); the first one's heading is empty. Fences are left whole."""
    pieces: list[tuple[str, list[str], int]] = [("", [], 0)]
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and _HEADING.fullmatch(line):
            pieces.append((line, [], number))
        else:
            pieces[-1][1].append(line)
    return [(heading, "\n".join(lines), number) for heading, lines, number in pieces]


def _parts(text: str, line: int, file: str, mistakes: list[Mistake]) -> list[Part]:
    """Prose, blocks with their output, figures and exercises, in order."""
    parts: list[Part] = []
    prose: list[str] = []
    lines = list(enumerate(text.splitlines(), line + 1))

    def end_prose(number: int) -> None:
        if any(map(str.strip, prose)):
            parts.append(Part(kind="prose", text="\n".join(prose).strip() + "\n", line=number - len(prose)))
        prose.clear()

    while lines:
        number, row = lines.pop(0)
        if marker := _MARKER.fullmatch(row.strip()):
            end_prose(number)
            if marker[1] in ("figure", "exercise"):
                parts.append(Part(kind=marker[1], text=marker[2], line=number))  # type: ignore[arg-type]
            else:
                what = f"marker {marker[1]!r}"
                mistakes.append(Mistake(file, f"line {number}", what, "write {figure: …} or {exercise: …}"))
        elif fence := _FENCE.fullmatch(row):
            end_prose(number)
            body = []
            while lines and lines[0][1] != "```":
                body.append(lines.pop(0)[1] + "\n")
            if not lines:
                mistakes.append(Mistake(file, f"line {number}", "a fence without an end", "close it with ```"))
                break
            lines.pop(0)
            _add_block(fence[1], "".join(body), number, parts, file, mistakes)
        else:
            prose.append(row)
    end_prose(line + len(text.splitlines()) + 1)
    return parts


def _add_block(info: str, body: str, line: int, parts: list[Part], file: str, mistakes: list[Mistake]) -> None:
    """A block of code, or the output of the one before it."""
    place = f"line {line}"
    words = info.split() or ["text"]
    if words[0] == "output":
        if not parts or not parts[-1].runs or parts[-1].output:
            remedy = "put it right behind a ```python run block"
            mistakes.append(Mistake(file, place, "an output that belongs to no block", remedy))
        else:
            parts[-1] = msgspec.structs.replace(parts[-1], output=body or "\n")
        return
    options: dict[str, str] = {}
    for word in words[2:] if words[1:2] == ["run"] else words[1:]:
        found = _OPTION.fullmatch(word)
        if not found or words[1] != "run":
            mistakes.append(Mistake(file, place, f"option {word!r}", "use raises=Error, warns=Warning or plots=N"))
            continue
        name, _, value = word.partition("=")
        options[name] = value
    parts.append(
        Part(
            kind="block",
            text=body,
            line=line,
            language=words[0],
            runs=words[1:2] == ["run"],
            raises=options.get("raises", ""),
            warns=options.get("warns", ""),
            plots=int(options.get("plots", 0)),
        )
    )


def _check_markers(sections: list[Section], manifest: Manifest, locale: str, mistakes: list[Mistake]) -> None:
    """Each exercise of the manifest once, in its section; every figure known; every block with its output."""
    file = f"{locale}.md"
    shown: set[str] = set()
    for section in sections:
        key = section.spec.id
        here = [part.text for part in section.parts if part.kind == "exercise"]
        for slug in sorted({*section.spec.exercises, *here}):
            counts = here.count(slug), section.spec.exercises.count(slug)
            if counts != (1, 1):
                what = f"exercise {slug!r} is {counts[0]} times in the text and {counts[1]} times in {MANIFEST}"
                mistakes.append(Mistake(file, key, what, "put it once into each"))
        for part in section.parts:
            if part.kind == "figure":
                shown.add(part.text)
                if part.text not in manifest.figures:
                    what = f"figure {part.text!r} is unknown"
                    mistakes.append(Mistake(file, f"line {part.line}", what, f"describe it in {MANIFEST}"))
            if part.runs and not part.output and not part.plots:
                what, remedy = "a block without its output", "add an ```output fence and run `chapter fill`"
                mistakes.append(Mistake(file, f"line {part.line}", what, remedy))
    unused = sorted(manifest.figures.keys() - shown)
    mistakes += [Mistake(file, f"figure {name}", "is not shown", "put its marker into the text") for name in unused]


def _compare(sections: dict[str, list[Section]], mistakes: list[Mistake]) -> None:
    """The same parts in the same order in both languages, and as many paragraphs and items in between."""
    first, second = LOCALES
    for one, other in zip(sections[first], sections[second], strict=False):
        for part, twin in zip_longest(one.parts, other.parts):
            if part is None or twin is None or part.shape != twin.shape:
                where = f"line {twin.line}" if twin else "its end"
                what = f"differs from {first}.md{f', line {part.line}' if part else ''} ({_name(part)} / {_name(twin)})"
                remedy = "write the same prose, blocks, outputs, figures and exercises in both"
                mistakes.append(Mistake(f"{second}.md", f"{other.spec.id}, {where}", what, remedy))
                break
            if part.kind == "prose" and _outline(part.text) != _outline(twin.text):
                what = f"has other paragraphs or items than {first}.md, line {part.line}"
                remedy = "write as many, of the same kinds, in both"
                mistakes.append(Mistake(f"{second}.md", f"{other.spec.id}, line {twin.line}", what, remedy))


def _name(part: Part | None) -> str:
    return "nothing" if part is None else part.kind if part.kind in ("prose", "block") else f"{part.kind} {part.text}"


def _outline(markdown: str) -> list[str]:
    """The kinds of a text's paragraphs: p, an item of a list, a formula."""
    kinds = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        items = re.findall(r"^(?:[-*]|\d+\.) ", paragraph, re.MULTILINE)
        kinds += ["item"] * len(items) or ["formula" if paragraph.startswith("$$") else "p"]
    return kinds


def exercise_mistakes(chapter: Chapter) -> list[Mistake]:
    """Where the exercises themselves say otherwise: each names its section, and once all are there, none may be missing.

    Apart from `load`, so that an exercise that is still being written does not close the chapter.
    """
    mistakes = []
    there = {
        slug: path for slug, path in bundled().items() if path.parent.name == folder_of(chapter.manifest.number).name
    }
    named = chapter.exercises
    for slug, section in named.items():
        if slug not in there:
            if len(there) >= COMPLETE:
                mistakes.append(Mistake(MANIFEST, section, f"there is no exercise {slug!r}", "mend its name"))
        elif (own := _section_of(there[slug])) != section:
            what = f"exercise {slug!r} stands in section {section}, its exercise.toml says {own}"
            mistakes.append(Mistake(MANIFEST, section, what, "let both name the same"))
    homeless = sorted(there.keys() - named.keys())
    mistakes += [Mistake(MANIFEST, "exercises", f"{slug!r} stands in no section", "give it one") for slug in homeless]
    return mistakes


class _OnlySection(msgspec.Struct, frozen=True):
    section: Filled = "nothing"


def _section_of(folder: Path) -> str:
    try:
        return msgspec.toml.decode((folder / "exercise.toml").read_bytes(), type=_OnlySection).section
    except (OSError, msgspec.MsgspecError, ValueError):
        return "nothing"  # a broken exercise is reported by its own check


# What blocks show -----------------------------------------------------------------------------------------------------

_ERROR_WIDTH = 96
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")  # another one in every run
_RUN = re.compile(r"(```python run[^\n]*\n)(.*?)(```\n\n```output\n)(.*?)(```\n)", re.DOTALL)


def shown_text(shown: Shown) -> str:
    """What a reader sees in the text below a block: its output, then the error's line, cut when it is long."""
    error = shown.error
    if len(error) > _ERROR_WIDTH:
        error = error[:_ERROR_WIDTH].rsplit(" ", 1)[0] + " …"
    return _ADDRESS.sub("0x…", shown.printed + (f"{error}\n" if error else ""))


def fill(text: str, run: Callable[[str], Shown]) -> str:
    """The text with the output behind each block as it is when the block runs now."""
    return _RUN.sub(lambda found: f"{found[1]}{found[2]}{found[3]}{shown_text(run(found[2]))}{found[5]}", text)


def difference(part: Part, shown: Shown) -> str:
    """What a block shows otherwise than the text says; nothing when all is as it says."""
    if shown.broken:
        return "could not be run"
    if part.output.strip("\n") != shown_text(shown).strip("\n"):
        return f"shows {shown_text(shown)!r}, the text says {part.output!r}: run `chapter fill`"
    if part.raises != shown.error.partition(":")[0]:
        return f"raises {shown.error or 'nothing'!r}, the fence says {part.raises or 'nothing'!r}"
    if bool(part.warns) != bool(shown.warnings) or part.warns not in shown.warnings:
        return f"warns {shown.warnings!r}, the fence says {part.warns or 'nothing'!r}"
    if part.plots != len(shown.plots):
        return f"draws {len(shown.plots)} plots, the fence says {part.plots}"
    return ""
