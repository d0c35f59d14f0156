"""What stands on a course's page of its platform, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grader.courses.models import Course
from grader.courses.pages import name_of
from grader.lti.models import Context, LineItem, LtiUser, PostState, ScorePost
from grader.lti.outbox import problem_of
from grader.submissions.results import current_locale

PATIENCE = timedelta(minutes=2)  # what was asked for longer ago than this is not waited for
MOST_DIFFERENCES = 200


@dataclass(frozen=True)
class ScoreLine:
    """One student's grade of one link."""

    pk: int
    name: str
    title: str
    state: str
    state_name: str
    given: float | None
    maximum: float | None
    problem: str
    at: datetime | None
    next_try: datetime | None


@dataclass(frozen=True)
class Roster:
    """One list of the platform's, and how reading it went. `is_offered`: there is a list to read."""

    title: str
    is_offered: bool
    is_going: bool
    at: datetime | None
    members: int | None
    left: int | None
    problem: str


@dataclass(frozen=True)
class DifferenceLine:
    name: str
    title: str
    here: float | None
    there: float | None
    maximum: float


@dataclass(frozen=True)
class Comparison:
    """What the platform has against what counts here, over all columns of the course. `at`: the oldest reading."""

    is_possible: bool
    is_going: bool = False
    at: datetime | None = None
    count: int = 0
    lines: list[DifferenceLine] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def is_going(asked_at: datetime | None, done_at: datetime | None) -> bool:
    if asked_at is None or timezone.now() - asked_at > PATIENCE:
        return False
    return done_at is None or done_at < asked_at


def posts_of(course: Course) -> Any:
    versions = "line_item__link__assignment__exercise__current"
    rows = ScorePost.objects.filter(line_item__link__assignment__course=course)
    rows = rows.select_related("person__user", versions).defer(f"{versions}__files", f"{versions}__variants")
    return rows.order_by("-answered_at", "-pk")


def show_line(post: ScorePost) -> ScoreLine:
    told = post.arrived or post.body or {}
    return ScoreLine(
        pk=post.pk,
        name=name_of(post.person.user),
        title=title_of(post.line_item),
        state=post.state,
        state_name=str(PostState(post.state).label),
        given=told.get("scoreGiven"),
        maximum=told.get("scoreMaximum"),
        problem=problem_of(post) if post.state != PostState.SENT else "",
        at=post.answered_at,
        next_try=post.due_at if post.state == PostState.PENDING else None,
    )


def title_of(item: LineItem) -> str:
    """The exercise of the column."""
    assignment = item.link.assignment
    assert assignment is not None
    version = assignment.exercise.current
    return str(version.title(current_locale())) if version else assignment.exercise.slug


def list_rosters(course: Course) -> list[Roster]:
    rows = Context.objects.filter(course=course).order_by("pk")
    return [
        Roster(
            title=row.title or row.key,
            is_offered=bool(row.members_url),
            is_going=is_going(row.members_at, row.synced_at),
            at=row.synced_at,
            members=row.synced_members,
            left=row.synced_left,
            problem=_(row.sync_problem) if row.sync_problem else "",
        )
        for row in rows
    ]


def compare(course: Course) -> Comparison:
    """As it was when it was read last."""
    versions = "link__assignment__exercise__current"
    items = LineItem.objects.filter(link__assignment__course=course).select_related(versions).order_by("pk")
    items = list(items.defer(f"{versions}__files", f"{versions}__variants"))
    found = [(item, row) for item in items for row in item.differences]
    shown = found[:MOST_DIFFERENCES]
    people = LtiUser.objects.select_related("user").in_bulk({row[0] for _item, row in shown})
    lines = [
        DifferenceLine(name_of(people[person].user), title_of(item), here, there, maximum)
        for item, (person, here, there, maximum) in shown
        if person in people
    ]
    return Comparison(
        is_possible=bool(items),
        is_going=any(is_going(item.results_asked_at, item.results_at) for item in items),
        at=min((item.results_at for item in items if item.results_at), default=None),
        count=len(found),
        lines=lines,
        problems=[(title_of(item), _(item.results_problem)) for item in items if item.results_problem],
    )
