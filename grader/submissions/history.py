"""All attempts of one student at one exercise: what each changed, which is the best, and which one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.format import Exercise as ExerciseFolder
from exercises.models import Exercise
from exercises.traced import Curve
from grader.courses import rules as arithmetic
from grader.courses.models import Assignment
from grader.courses.rules import Rules
from grader.courses.standing import standing_of
from grader.submissions.curve_drawing import finite_part, thumbnail
from grader.submissions.diffs import Diff, compare
from grader.submissions.ideas import choose_ideas, read_ideas
from grader.submissions.models import Purpose, Status, Submission
from grader.submissions.results import current_locale
from grader.submissions.svg import show_number
from grader.submissions.texts import show_text

PAGE = 50


@dataclass(frozen=True)
class AnswerChange:
    """One answer of a prediction: before (nothing at the first attempt) and now, with the verdict on it."""

    label: SafeString
    before: str
    now: str
    passed: bool | None

    @property
    def is_changed(self) -> bool:
        return self.before != self.now


@dataclass(frozen=True)
class CurveView:
    """The losses of a traced run: the picture, and the first and the last one."""

    picture: SafeString
    first: str
    last: str


@dataclass(frozen=True)
class AttemptView:
    """One attempt. `diff`: to the attempt before it, or to the starter at the first; None for predictions."""

    url: str
    attempt: int
    is_run: bool
    created_at: datetime
    status: str
    passed: bool
    score: float | None
    max_score: float | None
    is_best: bool
    counts: bool
    days_late: int
    is_first: bool
    ideas: list[SafeString]
    diff: Diff | None = None
    answers: list[AnswerChange] = field(default_factory=list)
    curve: CurveView | None = None
    comments: int = 0


@dataclass(frozen=True)
class AttemptsPage:
    """`student` is None on one's own page. `turn` links to another page: it ends where the number goes."""

    title: str
    exercise_url: str
    student: Any
    attempts: list[AttemptView]
    page: Page[Submission]
    counted: str
    course_title: str
    with_runs: bool
    toggle_url: str
    turn: str
    is_predict: bool

    @property
    def has_curves(self) -> bool:
        return any(attempt.curve for attempt in self.attempts)


def build_attempts(
    student: Any,
    exercise: Exercise,
    assignment: Assignment | None,
    *,
    reader: Any,
    with_runs: bool = False,
    number: object = 1,
) -> AttemptsPage:
    """One page of the attempts, the newest first; a constant number of queries. What counts is told of `assignment`."""
    assert exercise.current is not None
    folder, locale = exercise.current.load(), current_locale()
    mine = Submission.objects.filter(user=student, exercise=exercise)
    shown = mine if with_runs else mine.filter(purpose=Purpose.SUBMIT)
    page = Paginator(read_attempts(shown, folder), PAGE).get_page(number)
    rows = list(page.object_list)
    marks = read_marks(mine, student, assignment)
    earlier = before_page(shown, folder, page)
    known = read_ideas(row.version.content_hash for row in rows if row.misconception or row.one_of)
    own = student.pk == reader.pk
    base = reverse("attempts", args=[exercise.slug]) + "?"
    who = {} if own else {"student": student.get_username()}
    return AttemptsPage(
        title=exercise.current.title(locale),
        exercise_url=reverse("exercise", args=[exercise.slug]),
        student=None if own else student,
        attempts=[
            show_attempt(row, before, folder, marks, known, locale)
            for row, before in zip(rows, [*rows[1:], earlier], strict=True)
        ]
        if rows
        else [],
        page=page,
        counted=marks.rules.counted,
        course_title=assignment.course.title if assignment else "",
        with_runs=with_runs,
        toggle_url=base + urlencode(who if with_runs else {**who, "runs": 1}),
        turn=base + urlencode({**who, **({"runs": 1} if with_runs else {}), "page": ""}),
        is_predict=folder.predict is not None,
    )


@dataclass(frozen=True)
class Marks:
    """Keys of the submissions that stand out, and the rules by which one counts."""

    best: UUID | None
    counts: UUID | None
    rules: Rules


def read_marks(submissions: QuerySet[Submission], student: Any, assignment: Assignment | None) -> Marks:
    """The best of all attempts, and the one that counts in the assignment; without an assignment the best."""
    graded = submissions.filter(purpose=Purpose.SUBMIT, status=Status.GRADED).order_by()
    best = arithmetic.counted(graded.values_list("score", "attempt", "pk"), arithmetic.BEST)
    if assignment is None:
        return Marks(best[2] if best else None, best[2] if best else None, Rules())
    standing = standing_of(student, assignment)
    return Marks(best[2] if best else None, standing.submission, standing.rules)


def read_attempts(submissions: QuerySet[Submission], folder: ExerciseFolder) -> QuerySet[Submission]:
    """The newest first, with the few keys of their results that are shown, and the curves of their traced runs."""
    keys = {
        "misconception": KeyTransform("misconception", "result"),
        "one_of": KeyTransform("one_of", "result"),
        "curves": KeyTransform("curves", F("traced__data")),
    }
    if folder.predict:
        keys["tests"] = KeyTransform("tests", "result")
    rows = submissions.with_version().defer("result", "version__files", "version__variants")
    return rows.annotate(**keys, comment_count=count_comments()).order_by("-created_at", "-attempt")


def count_comments() -> Subquery:
    """Of teachers, on a submission. Found by name: they know of submissions, and not the other way round."""
    comments = apps.get_model("gradebook", "Comment").objects.filter(submission=OuterRef("pk")).order_by()
    return Subquery(comments.values("submission").annotate(count=Count("pk")).values("count"))


def before_page(shown: QuerySet[Submission], folder: ExerciseFolder, page: Page[Submission]) -> Submission | None:
    """The attempt before the oldest one on the page: the first on the next page."""
    if not page.has_next():
        return None
    return read_attempts(shown, folder)[page.end_index() : page.end_index() + 1].first()


def show_attempt(
    row: Any, before: Any, folder: ExerciseFolder, marks: Marks, known: dict[str, Any], locale: str
) -> AttemptView:
    ideas = choose_ideas(known.get(row.version.content_hash, {}), row.misconception, row.one_of)
    return AttemptView(
        url=reverse("submission", args=[row.pk]),
        attempt=row.attempt,
        is_run=row.is_run,
        created_at=row.created_at,
        status=row.status,
        passed=bool(row.passed),
        score=row.score,
        max_score=row.max_score,
        is_best=row.pk == marks.best,
        counts=row.pk == marks.counts,
        days_late=0 if row.is_run else arithmetic.days_late(marks.rules, row.created_at),
        is_first=before is None,
        ideas=[show_text(idea.title.get(locale)) for idea in ideas],
        diff=None if folder.predict else compare(before.text if before else folder.files["starter.py"], row.text),
        answers=compare_answers(row, before, folder, locale),
        curve=draw_curves(row.curves),
        comments=row.comment_count or 0,
    )


def compare_answers(row: Any, before: Any, folder: ExerciseFolder, locale: str) -> list[AnswerChange]:
    """The answers to a prediction beside the earlier ones; nothing for code."""
    if folder.predict is None or not row.answers:
        return []
    verdicts = {test["id"]: test["passed"] for test in row.tests or []}
    earlier: dict[str, str] = (before.answers or {}) if before else {}
    return [
        AnswerChange(
            label=show_text(spec.label.get(locale)),
            before=show_answer(earlier.get(spec.name, "")),
            now=show_answer(row.answers.get(spec.name, "")),
            passed=verdicts.get(f"test_{spec.name}"),
        )
        for spec in folder.predict.fields
    ]


def show_answer(raw: object) -> str:
    """As the form had it, in words."""
    words = {"none": "None", "yes": gettext("yes"), "no": gettext("no"), "error": gettext("raises an error")}
    return words.get(str(raw), str(raw))


def draw_curves(curves: Sequence[Any] | None) -> CurveView | None:
    """A small picture of the losses of the traced run, where there is one, and how they went in words."""
    if not curves:
        return None
    known = msgspec.convert(curves, list[Curve])
    losses = next((finite_part(curve) for curve in known if curve.whose == "yours"), [])
    picture = thumbnail(known)
    if not picture or not losses:
        return None
    return CurveView(picture, show_number(losses[0], 3), show_number(losses[-1], 3))
