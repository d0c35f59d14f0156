"""What changed from one attempt to the next, line by line; bounded however long and however odd the files are."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import takewhile

MAX_COMPARED_LINES = 1000  # of each file: what differs is looked for in so many
MAX_SHOWN_LINES = 400
MAX_SHOWN_CHARACTERS = 64 << 10
CONTEXT = 3


@dataclass(frozen=True)
class DiffLine:
    """`mark`: "+" added, "-" removed, " " the same, "…" so many lines (the text) left out. Raw text."""

    mark: str
    text: str
    skipped: int = 0


@dataclass(frozen=True)
class Diff:
    """`is_cut`: there is more than is shown."""

    lines: list[DiffLine] = field(default_factory=list)
    added: int = 0
    removed: int = 0
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.lines


def compare(before: str, after: str) -> Diff:
    """The changed lines with some around them."""
    old, new = split(before), split(after)
    if old == new:
        return Diff()
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    is_cut = max(len(middle_old), len(middle_new)) > MAX_COMPARED_LINES
    changes = match(middle_old[:MAX_COMPARED_LINES], middle_new[:MAX_COMPARED_LINES])
    lines = [DiffLine(" ", text) for text in old[:head]] + changes
    lines += [DiffLine(" ", text) for text in old[len(old) - tail :]] if tail and not is_cut else []
    shown, was_cut = cut(fold(lines))
    return Diff(
        shown,
        added=sum(line.mark == "+" for line in lines),
        removed=sum(line.mark == "-" for line in lines),
        is_cut=is_cut or was_cut,
    )


def split(text: str) -> list[str]:
    """Lines as an editor shows them; a form feed or the like ends none."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def match(old: list[str], new: list[str]) -> list[DiffLine]:
    lines: list[DiffLine] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            lines += [DiffLine(" ", text) for text in old[old_from:old_to]]
        else:
            lines += [DiffLine("-", text) for text in old[old_from:old_to]]
            lines += [DiffLine("+", text) for text in new[new_from:new_to]]
    return lines


def fold(lines: list[DiffLine]) -> list[DiffLine]:
    """Without what is the same far from any change."""
    near = [False] * len(lines)
    for index, line in enumerate(lines):
        if line.mark != " ":
            for neighbour in range(max(0, index - CONTEXT), min(len(lines), index + CONTEXT + 1)):
                near[neighbour] = True
    shown: list[DiffLine] = []
    skipped = 0
    for line, keep in zip(lines, near, strict=True):
        if not keep:
            skipped += 1
            continue
        if skipped:
            shown.append(DiffLine("…", "", skipped))
            skipped = 0
        shown.append(line)
    return [*shown, DiffLine("…", "", skipped)] if skipped else shown


def cut(lines: list[DiffLine]) -> tuple[list[DiffLine], bool]:
    """As many lines as may be shown, and whether that left some out. One that is too long alone is cut itself."""
    shown: list[DiffLine] = []
    room = MAX_SHOWN_CHARACTERS
    for line in lines[:MAX_SHOWN_LINES]:
        if len(line.text) > room:
            return [*shown, DiffLine(line.mark, line.text[:room])], True
        shown.append(line)
        room -= len(line.text) + 1
    return shown, len(lines) > MAX_SHOWN_LINES
