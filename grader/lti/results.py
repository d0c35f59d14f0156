"""Results read back: where the platform has another grade than counts here. Read when a teacher asks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from grader.courses.models import Course
from grader.courses.standing import standings
from grader.lti import services
from grader.lti.models import LineItem, PostState, ScorePost, clean_text
from grader.lti.outbound import Unreachable
from grader.lti.outbox import note_all, send_again, students_of

logger = logging.getLogger(__name__)
NOT_ALLOWED = gettext_noop("The platform does not let Gradus read its grades.")
ALIKE = 0.0015  # of the whole: platforms round
Share = float


@dataclass(frozen=True)
class Difference:
    """Of one student, in the assignment's points. None: nothing."""

    person: int
    here: float | None
    there: float | None
    maximum: float


def items_of(course: Course) -> Any:
    """Columns of the course that scores go to."""
    linked = "link__context__deployment__platform", "link__assignment__course"
    return LineItem.objects.filter(link__assignment__course=course).select_related(*linked).order_by("pk")


def ask(course: Course) -> int:
    """Have everything compared behind this request: a platform may take its time. How many columns."""
    from grader.lti.tasks import compare as task

    pks = [item.pk for item in items_of(course) if item.url or services.RESULT not in item.scopes]
    with transaction.atomic():
        LineItem.objects.filter(pk__in=pks).update(results_asked_at=timezone.now())
        for pk in pks:
            transaction.on_commit(lambda pk=pk: task.apply_async([pk], queue="lti"), robust=True)
    return len(pks)


def compare(pk: int) -> list[Difference] | None:
    """Of one line item, kept with it. None where the platform does not tell; what was read before then stays."""
    linked = "link__context__deployment__platform", "link__assignment__course"
    item = LineItem.objects.select_related(*linked).filter(pk=pk).exclude(link__assignment=None).first()
    if item is None:
        return None
    if services.RESULT not in item.scopes:
        return keep(item, problem=NOT_ALLOWED)
    try:
        rows = services.read_results(item)
    except (Unreachable, services.NoToken, services.Answered) as error:
        return keep(item, problem=str(error))
    found = list_differences(item, read_shares(rows))
    keep(item, found)
    return found


def keep(item: LineItem, found: list[Difference] | None = None, problem: str = "") -> None:
    values: dict[str, Any] = {"results_at": timezone.now(), "results_problem": clean_text(problem, 500)}
    if found is not None:
        values["differences"] = [[row.person, row.here, row.there, row.maximum] for row in found]
    if problem:
        logger.warning("LTI results of line item %s: %s", item.pk, problem)
    LineItem.objects.filter(pk=item.pk).update(**values)


def read_shares(rows: list[Any]) -> dict[str, Share]:
    """Of 1, by the platform's user id. A result without a score is none; without a maximum, it is of 1."""
    shares = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("userId"), str | int):
            continue
        score, most = as_number(row.get("resultScore")), as_number(row.get("resultMaximum", 1))
        if score is not None and most is not None and most > 0:
            shares[str(row["userId"])] = score / most
    return shares


def as_number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and -1e9 < value < 1e9
    return float(value) if is_number else None


def list_differences(item: LineItem, there: dict[str, Share]) -> list[Difference]:
    """Of the students whose score is not on its way just now."""
    assignment = item.link.assignment
    assert assignment is not None
    people = {person.user_id: person for person in students_of(item, None)}
    waiting = ScorePost.objects.filter(line_item=item, state=PostState.PENDING).values_list("person", flat=True)
    waiting = set(waiting)
    found = []
    for (user, _assignment), standing in standings(assignment.course, assignment=assignment.pk).items():
        person = people.get(user)
        if person is None or person.pk in waiting or standing.max_points <= 0:
            continue
        mine, theirs = standing.points, there.get(person.sub)
        if not is_alike(None if mine is None else mine / standing.max_points, theirs):
            points = None if theirs is None else round(theirs * standing.max_points, 2)
            found.append(Difference(person.pk, mine, points, standing.max_points))
    return found


def is_alike(mine: Share | None, theirs: Share | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return abs(min(mine, 1.0) - theirs) < ALIKE or abs(mine - theirs) < ALIKE  # some platforms cut off at their maximum


def send_differing(course: Course) -> int:
    """Send those again that differ; how many there are."""
    wanted = Q()
    for item in items_of(course):
        people = [row[0] for row in item.differences]
        if people:
            note_all(item.pk)  # a row for those who have none
            wanted |= Q(line_item=item, person__in=people)
    return send_again(ScorePost.objects.filter(wanted)) if wanted else 0
