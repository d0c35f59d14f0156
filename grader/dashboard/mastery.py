"""Which concepts have been mastered on which tier, counted over the exercises that are about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.format import Text
from grader.dashboard.progress import ExerciseLine
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text

NAMES = Path(__file__).with_name("concepts.toml")
MARKS = ("passed", "tried", "new")


@dataclass(frozen=True)
class Cell:
    """The exercises about one concept on one tier. `marks`: one of MARKS for each, passed ones first."""

    tier: int
    marks: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.marks)

    @property
    def passed(self) -> int:
        return self.marks.count("passed")

    @property
    def tried(self) -> int:
        return self.marks.count("tried")

    @property
    def words(self) -> str:
        """For who does not see the signs."""
        if not self.marks:
            return gettext("none")
        passed = gettext("%(passed)s of %(total)s passed") % {"passed": self.passed, "total": self.total}
        tried = gettext("%(number)s tried") % {"number": self.tried}
        return f"{passed}, {tried}" if self.tried else passed


@dataclass(frozen=True)
class Row:
    """One concept."""

    name: SafeString
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells)

    @property
    def is_begun(self) -> bool:
        return any(cell.passed or cell.tried for cell in self.cells)


@dataclass(frozen=True)
class Mastery:
    """`begun` and `ahead`: concepts of several exercises; `single`: those that one exercise alone is about."""

    tiers: list[int]
    begun: list[Row]
    ahead: list[Row]
    single: list[Row]


@cache
def concept_names() -> dict[str, Text]:
    return msgspec.toml.decode(NAMES.read_bytes(), type=dict[str, Text])


def name_concept(concept: str) -> SafeString:
    """In the reader's language."""
    name = concept_names().get(concept)
    return show_text(name.get(current_locale()) if name else concept.replace("-", " "))


def build_mastery(lines: Iterable[ExerciseLine]) -> Mastery:
    """The table, concepts in the order in which the exercises bring them up."""
    by_concept: dict[str, list[ExerciseLine]] = {}
    tiers: set[int] = set()
    for line in lines:
        tiers.add(line.tier)
        for concept in line.concepts:
            by_concept.setdefault(concept, []).append(line)
    rows = [build_row(concept, about, sorted(tiers)) for concept, about in by_concept.items()]
    shared = [row for row in rows if row.total > 1]
    return Mastery(
        sorted(tiers),
        begun=[row for row in shared if row.is_begun],
        ahead=[row for row in shared if not row.is_begun],
        single=[row for row in rows if row.total == 1],
    )


def build_row(concept: str, lines: list[ExerciseLine], tiers: list[int]) -> Row:
    states: dict[int, Counter[str]] = {tier: Counter() for tier in tiers}
    for line in lines:
        states[line.tier][mark(line.state)] += 1
    cells = (Cell(tier, tuple(state for state in MARKS for _ in range(found[state]))) for tier, found in states.items())
    return Row(name_concept(concept), tuple(cells))


def mark(state: str) -> str:
    """What has only been begun or run counts as tried."""
    return "tried" if state == "started" else state
