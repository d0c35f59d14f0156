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


@dataclass(frozen=True)
class Progress:
    """What changes beside the statement once a submission is graded. `rules`: None outside of courses."""

    slug: str
    kind: str
    is_predict: bool
    max_score: float
    tests: list[TestLine]
    history: list[HistoryLine]
    best_score: float | None
    is_passed: bool
    hints: list[SafeString]
    rules: RulesView | None


@dataclass
class ExercisePage:
    """Everything on the exercise page. `notice` explains a request that was refused; `text` is what the editor holds."""

    progress: Progress
    title: str
    tier: int
    section: str
    concepts: list[str]
    statement_html: SafeString
    examples: list[SafeString]
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
    notice: str = ""

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
        progress=build_progress(user, exercise, assignment, submissions),
        title=folder.title.get(locale),
        tier=folder.tier,
        section=folder.section,
        concepts=list(folder.concepts),
        statement_html=show_statement(folder.statement(locale)),
        examples=[show_text(public.title.get(locale)) for public in folder.public.values()],
        course_title=assignment.course.title if assignment else "",
        url=reverse("exercise", args=[exercise.slug]),
        run_url=reverse("run", args=[exercise.slug]),
        submit_url=reverse("submit", args=[exercise.slug]),
        draft_url=reverse("draft", args=[exercise.slug]),
        entry_points=list(folder.entry_points),
        result=show_result(to_show.first(submissions[0].pk)) if submissions else None,
        notice=notice,
    )
    if folder.predict:
        page.predict = predict or build_form(folder, exercise.current, issue_ticket(user, exercise.current), locale)
    else:
        page.starter = folder.files["starter.py"]
        page.text, page.draft_revision = editor_text(user, exercise, folder, submissions)
        page.text = page.text if text is None else text
    return page


def build_progress(
    user: Any, exercise: Exercise, assignment: Assignment | None, submissions: list[Submission]
) -> Progress:
    """The best score, the history of `submissions`, and one more hint for each that failed."""
    assert exercise.current is not None
    folder, locale = exercise.current.load(), current_locale()
    outcomes = own_outcomes(user.pk, exercise.pk)
    failures = sum(not passed for _, passed in outcomes)
    return Progress(
        slug=exercise.slug,
        kind=folder.kind,
        is_predict=folder.predict is not None,
        max_score=folder.max_score,
        tests=[TestLine(show_text(test.title.get(locale)), test.points, test.advice) for test in folder.tests.values()],
        history=[show_line(submission) for submission in submissions if not submission.is_run],
        best_score=max((score for score, _ in outcomes), default=None),
        is_passed=any(passed for _, passed in outcomes),
        hints=[show_text(hint.get(locale)) for hint in folder.hints[:failures]],
        rules=view_rules(user, assignment) if assignment else None,
    )


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
