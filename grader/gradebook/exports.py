"""Grades as files: for a spreadsheet, and as Canvas and Moodle import them.

What people are called comes from people: a spreadsheet that opens the file must not take it for a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext

from grader.gradebook.book import Book, Column, Line
from grader.templatetags.gradus import points as show_points

Cell = str | float | None
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
HARMLESS = re.compile(r"[A-Za-z0-9_][\w.@+-]*")
BOM = "\ufeff"


def neutral(text: str) -> str:
    """A text that no spreadsheet calculates: what looks like a formula gets an apostrophe before it."""
    text = text.replace("\0", "")
    return f"'{text}" if FORMULA.match(text) else text


def identity(text: str) -> str:
    """A user name as it is, so that the other system finds its owner, where that can do no harm."""
    return text if HARMLESS.fullmatch(text) else neutral(text)


def write(rows: list[list[Cell]]) -> str:
    """Texts in quotes, numbers as numbers, nothing as nothing."""
    return "".join(",".join(map(show_cell, row)) + "\r\n" for row in rows)


def show_cell(cell: Cell) -> str:
    """Whole numbers without the zero that a float drags along."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return '"' + cell.replace('"', '""') + '"'
    return str(int(cell)) if cell == int(cell) else str(round(cell, 4))


def title(column: Column) -> str:
    return neutral(f"{column.section} {column.title}".strip())


def as_sheet(book: Book) -> str:
    """For people: opens right in a spreadsheet, hence the byte order mark."""
    head: list[Cell] = [gettext("Student"), gettext("User name"), gettext("E-mail"), gettext("Section")]
    head += [f"{title(column)} ({show_points(column.max_points)})" for column in book.columns]
    head += [gettext("Total"), gettext("Out of"), gettext("Percent")]
    rows = [head]
    for line in book.lines:
        row: list[Cell] = [neutral(line.name), neutral(line.username), neutral(line.email), neutral(line.section)]
        row += points_of(line)
        percent = line.total.percent
        row += [line.total.points, line.total.max_points, None if percent is None else round(percent, 2)]
        rows.append(row)
    return BOM + write(rows)


def points_of(line: Line) -> list[Cell]:
    return [standing.points for standing in line.standings]


def as_canvas(book: Book) -> str:
    """Canvas finds students by the login; it offers to make assignments that it does not know."""
    head: list[Cell] = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [
        [*head, *(f"{title(column)} ({column.pk})" for column in book.columns)],
        ["    Points Possible", None, None, None, None, *(column.max_points for column in book.columns)],
    ]
    for line in book.lines:
        who: list[Cell] = [neutral(line.name), None, None, identity(line.username), neutral(line.section)]
        rows.append(who + points_of(line))
    return write(rows)


def as_moodle(book: Book) -> str:
    """Moodle finds students by user name or e-mail address; there are no columns of feedback."""
    rows: list[list[Cell]] = [["username", "idnumber", "email", *(title(column) for column in book.columns)]]
    for line in book.lines:
        who: list[Cell] = [identity(line.username), None, neutral(line.email)]
        rows.append(who + points_of(line))
    return write(rows)


FORMATS: dict[str, Callable[[Book], str]] = {"csv": as_sheet, "canvas": as_canvas, "moodle": as_moodle}
