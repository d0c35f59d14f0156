"""The gradebook: students × assignments, and what each comes to. A constant number of queries, whatever its size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from grader.courses.models import Course, Enrollment, Role
from grader.courses.pages import name_of, set_exercises, title_of
from grader.courses.standing import Standing, standings


@dataclass(frozen=True)
class Column:
    """One assignment. `is_open`: students see it, so that it is part of the total."""

    pk: int
    section: str
    title: str
    max_points: float
    weight: float
    is_open: bool


@dataclass(frozen=True)
class Total:
    """What a student has in all. `percent`: the mean share of the open assignments by their weights, None without any."""

    points: float
    max_points: float
    percent: float | None


@dataclass(frozen=True)
class Line:
    """One student: a standing for each column, in the columns' order."""

    user: int
    name: str
    username: str
    email: str
    section: str
    standings: list[Standing]
    total: Total
    sort_name: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """How the lines are sorted: by name, total, or the number of an assignment."""

    by: str = "name"
    is_down: bool = False


@dataclass
class Book:
    columns: list[Column]
    lines: list[Line]
    sections: list[tuple[int, str]]
    section: int | None = None
    order: Order = field(default_factory=Order)


def read_order(by: str, direction: str, columns: Iterable[Column]) -> Order:
    """By name where the address says nothing that we know."""
    known = {"name", "total", *(str(column.pk) for column in columns)}
    return Order(by if by in known else "name", direction == "desc")


def build_book(course: Course, section: str = "", by: str = "name", direction: str = "") -> Book:
    columns = list_columns(course)
    sections = list(course.sections.values_list("pk", "name"))
    chosen = next((pk for pk, _name in sections if str(pk) == section), None)
    members = course.enrollments.filter(role=Role.STUDENT).select_related("user", "section")
    if chosen is not None:
        members = members.filter(section=chosen)
    found = standings(course)
    book = Book(columns, [], sections, chosen, read_order(by, direction, columns))
    book.lines = [build_line(member, columns, found) for member in members]
    sort_lines(book)
    return book


def list_columns(course: Course) -> list[Column]:
    now = timezone.now()
    return [
        Column(
            pk=row.pk,
            section=row.exercise.current.meta["section"] if row.exercise.current else "",
            title=title_of(row.exercise),
            max_points=row.max_points,
            weight=row.weight,
            is_open=row.opens_at is None or row.opens_at <= now,
        )
        for row in set_exercises(course)
    ]


def build_line(member: Enrollment, columns: list[Column], found: dict[tuple[int, int], Standing]) -> Line:
    user = member.user
    own = [found[user.pk, column.pk] for column in columns]
    return Line(
        user=user.pk,
        name=name_of(user),
        username=user.get_username(),
        email=user.email,
        section=member.section.name if member.section else "",
        standings=own,
        total=add_up(columns, own),
        sort_name=(user.last_name.lower(), user.first_name.lower(), user.get_username().lower()),
    )


def add_up(columns: list[Column], own: list[Standing]) -> Total:
    """Over what is open; what is missing counts nothing."""
    points = max_points = shares = weights = 0.0
    for column, standing in zip(columns, own, strict=True):
        if not column.is_open or not column.max_points:
            continue
        won = standing.points or 0.0
        points += won
        max_points += column.max_points
        shares += column.weight * won / column.max_points
        weights += column.weight
    return Total(round(points, 6), max_points, 100 * shares / weights if weights else None)


def sort_lines(book: Book) -> None:
    """Students who are equal stay in the order of their names, whichever way the column is sorted."""
    book.lines.sort(key=lambda line: line.sort_name)
    order = book.order
    if order.by == "name":
        if order.is_down:
            book.lines.reverse()
    elif order.by == "total":
        book.lines.sort(key=lambda line: line.total.percent or 0.0, reverse=order.is_down)
    else:
        place = next(index for index, column in enumerate(book.columns) if str(column.pk) == order.by)
        book.lines.sort(key=lambda line: as_number(line.standings[place].points), reverse=order.is_down)


def as_number(points: float | None) -> float:
    """Nothing is less than 0 points."""
    return -1.0 if points is None else points


def is_missing(standing: Standing, now: datetime) -> bool:
    """Nothing came, and it is due."""
    due_at = standing.rules.due_at or standing.rules.closes_at
    return standing.submission is None and not standing.ungraded and due_at is not None and due_at < now
