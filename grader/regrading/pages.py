"""The pages of regrades as templates need them; a constant number of queries each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, FloatField, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.results import TestResult
from grader.courses.models import Course
from grader.courses.pages import name_of
from grader.courses.standing import standings
from grader.regrading.models import Item, ItemState, Regrade, State
from grader.submissions.results import current_locale
from grader.submissions.texts import show_text

PER_PAGE = 50
FINAL = (ItemState.DONE, ItemState.APPLIED, ItemState.FAILED, ItemState.OVERTAKEN)


@dataclass(frozen=True)
class Tally:
    """How many submissions: in all, ended so far, and what became of them. `points`: won and lost, over all."""

    total: int
    ended: int
    gain: int
    lose: int
    same: int
    failed: int
    overtaken: int

    @property
    def percent(self) -> int:
        return 100 * self.ended // self.total if self.total else 100


@dataclass(frozen=True)
class RegradeLine:
    """A regrade in the list."""

    url: str
    title: str
    reason: str
    state: str
    state_name: str
    created_at: datetime
    by: str
    total: int


@dataclass(frozen=True)
class ChangeLine:
    """One submission: before, after, and which tests now end otherwise. `counts`: it is the one that counts."""

    student: str
    attempt: int
    url: str
    sent_at: datetime
    state: str
    state_name: str
    counts: bool
    old_score: float | None
    old_max: float | None
    score: float | None
    max_score: float | None
    delta: float
    why: list[SafeString]


@dataclass(frozen=True)
class RegradePage:
    regrade: Regrade
    title: str
    tally: Tally
    lines: list[ChangeLine]
    page: Page[Item]
    only_changed: bool
    by: str
    decided_by: str

    @property
    def is_going(self) -> bool:
        return self.regrade.is_going

    @property
    def is_ready(self) -> bool:
        return self.regrade.state == State.READY


def list_regrades(course: Course) -> list[RegradeLine]:
    rows = course.regrades.select_related("version", "created_by").defer("version__files", "version__variants")
    return [
        RegradeLine(
            url=reverse("regrade", args=[course.slug, row.pk]),
            title=row.version.title(current_locale()),
            reason=row.reason,
            state=row.state,
            state_name=row.get_state_display(),
            created_at=row.created_at,
            by=who(row.created_by),
            total=row.total,
        )
        for row in rows.annotate(total=Count("items"))
    ]


def build_page(regrade: Regrade, number: object, only_changed: bool) -> RegradePage:
    """What was found, the greatest changes first."""
    items = regrade.items.select_related("submission__user", "submission__exercise").annotate(delta=DELTA)
    items = items.defer("submission__source", "submission__user__password")
    if only_changed:
        items = items.filter(~Q(delta=0) | Q(state__in=(ItemState.FAILED, ItemState.OVERTAKEN)))
    page = Paginator(items.order_by("delta", "submission__user__username", "pk"), PER_PAGE).get_page(number)
    counted = counted_submissions(regrade)
    return RegradePage(
        regrade=regrade,
        title=regrade.version.title(current_locale()),
        tally=count(regrade),
        lines=[show_change(item, regrade, counted) for item in page.object_list],
        page=page,
        only_changed=only_changed,
        by=who(regrade.created_by),
        decided_by=who(regrade.decided_by),
    )


DELTA = Coalesce(F("score") - Coalesce(F("old_score"), 0.0), 0.0, output_field=FloatField())


def count(regrade: Regrade) -> Tally:
    graded = Q(score__isnull=False)
    numbers: dict[str, int] = regrade.items.annotate(delta=DELTA).aggregate(
        total=Count("pk"),
        ended=Count("pk", filter=Q(state__in=FINAL)),
        gain=Count("pk", filter=graded & Q(delta__gt=0)),
        lose=Count("pk", filter=graded & Q(delta__lt=0)),
        same=Count("pk", filter=graded & Q(delta=0)),
        failed=Count("pk", filter=Q(state=ItemState.FAILED)),
        overtaken=Count("pk", filter=Q(state=ItemState.OVERTAKEN)),
    )
    return Tally(**numbers)


def counted_submissions(regrade: Regrade) -> set[UUID]:
    """Of each student the one that counts now."""
    assignment = regrade.course.assignments.filter(exercise=regrade.exercise_id).values_list("pk", flat=True).first()
    if assignment is None:
        return set()
    found = standings(regrade.course, assignment=assignment).values()
    return {standing.submission for standing in found if standing.submission}


def show_change(item: Any, regrade: Regrade, counted: set[UUID]) -> ChangeLine:
    submission = item.submission
    return ChangeLine(
        student=name_of(submission.user),
        attempt=submission.attempt,
        url=reverse("submission", args=[submission.pk]),
        sent_at=submission.created_at,
        state=item.state,
        state_name=item.get_state_display(),
        counts=submission.pk in counted,
        old_score=item.old_score,
        old_max=item.old_max_score,
        score=item.score,
        max_score=item.max_score,
        delta=item.delta,
        why=show_reasons(item, regrade) if item.state == ItemState.DONE else [],
    )


def show_reasons(item: Item, regrade: Regrade) -> list[SafeString]:
    """The tests that end otherwise than before, with their points."""
    folder, locale = regrade.version.load(), current_locale()
    old, new = item.submission.decoded_result(), item.decoded_result()
    before = {test.id: test for test in old.tests} if old else {}
    told = []
    for test in new.tests if new else []:
        was = before.pop(test.id, None)
        if not test.advice and (was is None or was.passed != test.passed or was.max_points != test.max_points):
            spec = folder.tests.get(test.id)
            told.append(show_text(f"{spec.title.get(locale) if spec else test.id}: {verdicts(was, test)}"))
    gone = gettext("is not tested any more")  # apart: texts inside of texts are not found for translation
    return told + [show_text(f"`{name}`: {gone}") for name, was in before.items() if was.points]


def verdicts(was: TestResult | None, now: TestResult) -> str:
    words = {True: gettext("passes"), False: gettext("fails")}
    if was is None:
        return gettext("%(verdict)s (new)") % {"verdict": words[now.passed]}
    if was.passed != now.passed:
        return words[now.passed]
    points = {"before": f"{was.max_points:g}", "now": f"{now.max_points:g}"}
    return gettext("%(now)s points instead of %(before)s") % points


def who(user: Any) -> str:
    """Empty for somebody who has been removed since."""
    return name_of(user) if user else ""
