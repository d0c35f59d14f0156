"""The exercise page as a template needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from exercises.format import Exercise as ExerciseFolder
from exercises.models import Exercise
from grader.courses.explain import RulesView
from grader.courses.models import Assignment
from grader.courses.standing import view_rules
from grader.kept_sql import KeptSql
from grader.submissions.models import Draft, Purpose, Status, Submission
from grader.submissions.predict import PredictForm, build_form, issue_ticket
from grader.submissions.results import ResultView, current_locale, show_result, to_show
from grader.submissions.texts import show_statement, show_text

HISTORY = 20


@dataclass(frozen=True)
class TestLine:
    """What the student may know of a hidden test beforehand."""

    __test__ = False

    title: SafeString
    points: float
    advice: bool


@dataclass(frozen=True)
class HistoryLine:
    """One earlier submission."""

    url: str
    attempt: int
    created_at: datetime
    status: str
    passed: bool
    score: float | None
    max_score: float | None


@dataclass
class ExercisePage:
    """Everything on the exercise page. `notice` explains a request that was refused; `text` is what the editor holds."""

    slug: str
    title: str
    kind: str
    tier: int
    section: str
    concepts: list[str]
    statement_html: SafeString
    tests: list[TestLine]
    examples: list[SafeString]
    max_score: float
    course_title: str
    url: str
    run_url: str
    submit_url: str
    draft_url: str
    entry_points: list[str] = field(default_factory=list)
    text: str = ""
    starter: str = ""
    draft_revision: int = 0
    predict: PredictForm | None = None
    result: ResultView | None = None
    history: list[HistoryLine] = field(default_factory=list)
    best_score: float | None = None
    is_passed: bool = False
    hints: list[SafeString] = field(default_factory=list)
    notice: str = ""
    rules: RulesView | None = None

    def stay_in(self, course: str) -> None:
        """Whoever came for one course hands in there, in whatever others the exercise is set."""
        if course:
            query = "?" + urlencode({"course": course})
            self.url, self.run_url, self.submit_url = self.url + query, self.run_url + query, self.submit_url + query


def build_page(
    user: Any,
    exercise: Exercise,
    assignment: Assignment | None,
    *,
    text: str | None = None,
    predict: PredictForm | None = None,
    notice: str = "",
) -> ExercisePage:
    """The page for this user; `text` and `predict` override what is stored, after a request that was refused."""
    assert exercise.current is not None
    folder, locale = exercise.current.load(), current_locale()
    submissions = recent_submissions(user.pk, exercise.pk)
    page = ExercisePage(
        slug=exercise.slug,
        title=folder.title.get(locale),
        kind=folder.kind,
        tier=folder.tier,
        section=folder.section,
        concepts=list(folder.concepts),
        statement_html=show_statement(folder.statement(locale)),
        tests=[TestLine(show_text(test.title.get(locale)), test.points, test.advice) for test in folder.tests.values()],
        examples=[show_text(public.title.get(locale)) for public in folder.public.values()],
        max_score=folder.max_score,
        course_title=assignment.course.title if assignment else "",
        url=reverse("exercise", args=[exercise.slug]),
        run_url=reverse("run", args=[exercise.slug]),
        submit_url=reverse("submit", args=[exercise.slug]),
        draft_url=reverse("draft", args=[exercise.slug]),
        entry_points=list(folder.entry_points),
        history=[show_line(submission) for submission in submissions if not submission.is_run],
        notice=notice,
        rules=view_rules(user, assignment) if assignment else None,
    )
    if folder.predict:
        page.predict = predict or build_form(folder, exercise.current, issue_ticket(user, exercise.current), locale)
    else:
        page.starter = folder.files["starter.py"]
        page.text, page.draft_revision = editor_text(user, exercise, folder, submissions)
        page.text = page.text if text is None else text
    add_progress(page, folder, user, exercise, submissions, locale)
    return page


recent_submissions = KeptSql(
    lambda user, exercise: (
        Submission.objects.filter(user=user, exercise=exercise)
        .defer("source", "result")
        .order_by("-created_at")[:HISTORY]
    ),
    int, int,
)  # fmt: skip
own_draft = KeptSql(lambda user, exercise: Draft.objects.filter(user=user, exercise=exercise), int, int)
own_outcomes = KeptSql(
    lambda user, exercise: Submission.objects.filter(
        user=user, exercise=exercise, purpose=Purpose.SUBMIT, status=Status.GRADED
    ).values_list("score", "passed"),
    int, int,
)  # fmt: skip


def editor_text(
    user: Any, exercise: Exercise, folder: ExerciseFolder, submissions: list[Submission]
) -> tuple[str, int]:
    """The draft or the last submission, whichever is newer, else the starter; and the draft's revision."""
    draft = own_draft.first(user.pk, exercise.pk)
    latest = submissions[0] if submissions else None
    revision = draft.revision if draft else 0
    if draft and (latest is None or draft.updated_at >= latest.created_at):
        return draft.text, revision
    if latest:
        return latest.text, revision
    return folder.files["starter.py"], 0


def add_progress(
    page: ExercisePage,
    folder: ExerciseFolder,
    user: Any,
    exercise: Exercise,
    submissions: list[Submission],
    locale: str,
) -> None:
    """The latest result, the best score, and one more hint for each submission that failed."""
    if submissions:
        page.result = show_result(to_show.first(submissions[0].pk))
    outcomes = own_outcomes(user.pk, exercise.pk)
    if outcomes:
        page.best_score = max(score for score, _ in outcomes)
        page.is_passed = any(passed for _, passed in outcomes)
    failures = sum(not passed for _, passed in outcomes)
    page.hints = [show_text(hint.get(locale)) for hint in folder.hints[:failures]]


def show_line(submission: Submission) -> HistoryLine:
    return HistoryLine(
        url=reverse("submission", args=[submission.pk]),
        attempt=submission.attempt,
        created_at=submission.created_at,
        status=submission.status,
        passed=bool(submission.passed),
        score=submission.score,
        max_score=submission.max_score,
    )
