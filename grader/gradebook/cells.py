"""The gradebook's cells as HTML. Written here and not in a template: there are thousands, and each is a few characters.

Nothing in them comes from people: numbers, and texts of our own.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from grader.courses.standing import Standing
from grader.gradebook.book import Line, Total, is_missing
from grader.templatetags.gradus import points as show_points

number = lru_cache(4096)(show_points)


class Marks:
    """The marks of cells in the reader's language: a letter to see, a word to hear, and what the legend says."""

    def __init__(self) -> None:
        self.legend: list[tuple[str, str, str]] = [
            ("late", pgettext("mark", "L"), gettext("late")),
            ("override", pgettext("mark", "O"), gettext("override")),
            ("extension", pgettext("mark", "E"), gettext("extended")),
            ("waiting", "?", gettext("not graded")),
            ("missing", "–", pgettext("mark", "missing")),
        ]
        self.html = {
            name: f' <span class="gb-mark gb-{name}" aria-hidden="true">{escape(letter)}</span>'
            f'<span class="sr-only"> {escape(word)}</span>'
            for name, letter, word in self.legend
        }
        self.nothing = f'<span class="sr-only">{escape(gettext("nothing yet"))}</span><span aria-hidden="true">·</span>'

    def of(self, standing: Standing, points: float | None, now: datetime) -> str:
        html = self.html
        marks = html["late"] if standing.days_late else ""
        if standing.override:
            marks += html["override"]
        if standing.rules.is_extended:
            marks += html["extension"]
        if points is None:
            if standing.ungraded:
                marks += html["waiting"]
            elif is_missing(standing, now):
                marks += html["missing"]
        return marks


def show_total(total: Total) -> str:
    """In percent, and in points below it."""
    percent = "–" if total.percent is None else f"{total.percent:.1f} %"
    points = f"{number(total.points)} / {number(total.max_points)}"
    return f'<td class="gb-total"><b>{percent}</b><span class="gb-worth">{points}</span></td>'


def show_cells(line: Line, marks: Marks, now: datetime) -> SafeString:
    """All of one student, the total first. The links are relative to the gradebook's address."""
    user, cells = line.user, [show_total(line.total)]
    for standing in line.standings:
        points = standing.points
        mark = marks.of(standing, points, now)
        text = number(points) if points is not None else ("" if mark else marks.nothing)
        cells.append(f'<td><a href="{user}/{standing.assignment}/">{text}{mark}</a></td>')
    return mark_safe("".join(cells))  # noqa: S308 - numbers and our own texts
