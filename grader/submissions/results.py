"""A submission as a template needs it: every text in the reader's language, every number decided here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from exercises.format import Exercise
from exercises.messages import outcome_text, render
from exercises.results import HiddenNumber, Message, Result, TestResult
from grader.kept_sql import KeptSql
from grader.submissions import places
from grader.submissions.models import Status, Submission
from grader.submissions.predict import snippet
from grader.submissions.texts import highlight, show_text
from grader.submissions.traces import StepView, show_trace
from grader.submissions.tracing import can_be_traced

UNREACHED = {"not_run", "unanswered"}  # the messages of a test that could not begin


to_show = KeptSql(lambda pk: Submission.objects.with_version().defer("source").filter(pk=pk), UUID)


def current_locale() -> str:
    """The language of this request, as the exercises know it."""
    return "zh-hant" if (get_language() or "").startswith("zh") else "en"


@dataclass(frozen=True)
class TestView:
    """One test. `messages` are safe HTML; call, stdout and traceback are raw text of a public run.

    `repeats`: all its messages stand at a test before it.
    """

    __test__ = False

    id: str
    title: SafeString
    passed: bool
    advice: bool
    points: float
    max_points: float
    messages: list[SafeString] = field(default_factory=list)
    numbers: list[HiddenNumber] = field(default_factory=list)
    hint: SafeString | None = None
    reached: bool = True
    repeats: bool = False
    call: str = ""
    stdout: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class NoteView:
    """What concerns the whole file. `html` is safe; `code` is raw text whose columns matter: a line and its caret."""

    html: SafeString
    code: str = ""
    line: int | None = None


@dataclass(frozen=True)
class IdeaView:
    """A misconception that would explain the submission."""

    title: SafeString
    text: SafeString


@dataclass(frozen=True)
class AnswerView:
    """One answer to a prediction, as it was posted."""

    label: SafeString
    answer: str
    passed: bool | None


@dataclass(frozen=True)
class ResultView:
    """The state of one submission and, once it is graded, what came out."""

    id: str
    status: str
    is_final: bool
    is_run: bool
    is_predict: bool
    summary: str
    attempt: int
    created_at: datetime
    finished_at: datetime | None
    exercise_title: str
    exercise_url: str
    url: str
    events_url: str
    status_url: str
    opened_hint: int = 0  # the number of the hint that this attempt opened
    traced_url: str = ""  # of the traced run, where there can be one
    is_traced_unasked: bool = False
    passed: bool = False
    score: float | None = None
    max_score: float | None = None
    percent: int = 0
    outcome: str = ""
    notes: list[NoteView] = field(default_factory=list)
    tests: list[TestView] = field(default_factory=list)
    advice: list[TestView] = field(default_factory=list)
    ideas: list[IdeaView] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""
    wall_ms: float = 0
    cpu_ms: float = 0
    peak_mib: float = 0
    answers: list[AnswerView] = field(default_factory=list)
    snippet_html: SafeString | None = None
    trace: list[StepView] = field(default_factory=list)
    place: str = ""  # in the queue, while it is there


def show_message(message: Message, locale: str, exercise: Exercise) -> SafeString:
    return show_text(render(message, locale, exercise))


def show_note(note: Message, locale: str, exercise: Exercise) -> NoteView:
    text, line = render(note, locale, exercise), note.params.get("line")
    code = ""
    if note.id == "syntax_error":
        text, _, code = text.partition("\n")
    return NoteView(show_text(text), code.rstrip(), line if type(line) is int else None)


def show_result(submission: Submission) -> ResultView:
    """The submission in the current language. Reads the version that came with it, and counts what it must."""
    exercise = submission.version.load()
    locale = current_locale()
    result = submission.decoded_result()
    details = show_details(result, submission, exercise, locale) if result else {}
    return ResultView(
        id=str(submission.pk),
        status=submission.status,
        is_final=not submission.is_pending,
        is_run=submission.is_run,
        is_predict=exercise.predict is not None,
        summary=summarise(submission, result),
        attempt=submission.attempt,
        created_at=submission.created_at,
        finished_at=submission.finished_at,
        exercise_title=exercise.title.get(locale),
        exercise_url=reverse("exercise", args=[exercise.slug]),
        url=reverse("submission", args=[submission.pk]),
        events_url=reverse("submission_events", args=[submission.pk]) + f"?seen={submission.status}",
        status_url=reverse("submission_status", args=[submission.pk]),
        traced_url=reverse("submission_traced", args=[submission.pk]) if can_be_traced(submission) else "",
        answers=show_answers(submission, exercise, locale, result),
        snippet_html=show_snippet(submission, exercise),
        opened_hint=count_opened_hint(submission, exercise),
        place=show_place(submission),
        is_traced_unasked=is_traced_unasked(submission),
        **details,
    )


def show_place(submission: Submission) -> str:
    """Where it stands in the queue; empty when it is not there, and its grader is at it."""
    place = places.Place.of(submission)
    if place.status == Status.QUEUED or (place.status == Status.RUNNING and place.away):
        return places.look().describe(place)
    return ""


def is_traced_unasked(submission: Submission) -> bool:
    """What failed; what passed, and runs of the examples, when somebody wants to know. In a crowd that goes for all."""
    return not (submission.passed or submission.is_run or places.is_crowded())


def count_opened_hint(submission: Submission, exercise: Exercise) -> int:
    """Every failed attempt opens one more: the number of this one's, 0 when there was none left to open."""
    if submission.status != Status.GRADED or submission.is_run or submission.passed:
        return 0
    failed = Submission.objects.failed_at(submission.exercise_id, submission.user_id)
    number = failed.filter(attempt__lte=submission.attempt).count()
    return number if number <= len(exercise.hints) else 0


def show_details(result: Result, submission: Submission, exercise: Exercise, locale: str) -> dict[str, object]:
    tests = mark_repeats([show_test(test, locale, exercise) for test in result.tests])
    details: dict[str, object] = {
        "outcome": result.outcome,
        "notes": [show_note(note, locale, exercise) for note in result.notes],
        "tests": [test for test in tests if not test.advice],
        "advice": [test for test in tests if test.advice],
        "stdout": result.stdout if submission.is_run else "",
        "stderr": result.stderr if submission.is_run else "",
        "wall_ms": result.wall_ms,
        "cpu_ms": result.cpu_ms,
        "peak_mib": result.peak_mib,
    }
    if exercise.predict and submission.variant is not None and not submission.is_run:
        details["trace"] = show_trace(result.trace, snippet(exercise, submission.variant))
    ideas = [result.misconception] if result.misconception else result.one_of
    known = [exercise.misconceptions[name] for name in ideas if name in exercise.misconceptions]
    details["ideas"] = [
        IdeaView(show_text(idea.title.get(locale)), show_text(idea.explanation.get(locale))) for idea in known
    ]
    if submission.status == Status.GRADED:
        details |= {"passed": result.passed, "score": result.score, "max_score": result.max_score}
        details["percent"] = round(100 * result.score / result.max_score) if result.max_score else 0
    return details


def mark_repeats(tests: list[TestView]) -> list[TestView]:
    """One mistake often fails most of the tests in the same words; these are worth reading once."""
    said: set[str] = set()
    marked = []
    for test in tests:
        marked.append(replace(test, repeats=bool(test.messages) and said.issuperset(test.messages)))
        said.update(test.messages)
    return marked


def show_test(test: TestResult, locale: str, exercise: Exercise) -> TestView:
    hidden, public = exercise.tests.get(test.id), exercise.public.get(test.id)
    title = hidden.title if hidden else public.title if public else None
    reached = all(message.id not in UNREACHED for message in test.messages)
    hint = hidden.hint if hidden and reached and not test.passed else None
    return TestView(
        id=test.id,
        title=show_text(title.get(locale) if title else test.id),
        passed=test.passed,
        advice=test.advice,
        points=test.points,
        max_points=test.max_points,
        messages=[show_message(message, locale, exercise) for message in test.messages if reached],
        reached=reached,
        hint=show_text(hint.get(locale)) if hint else None,
        numbers=[show_hidden(number) for number in test.numbers],
        call=test.call,
        stdout=test.stdout,
        traceback=test.traceback,
    )


def show_hidden(number: HiddenNumber) -> HiddenNumber:
    """The same with shapes as people say them."""
    words = {"()": gettext("scalar")}
    yours, expected = (words.get(shape, shape) for shape in (number.yours_shape, number.expected_shape))
    return msgspec.structs.replace(number, yours_shape=yours, expected_shape=expected)


def show_answers(submission: Submission, exercise: Exercise, locale: str, result: Result | None) -> list[AnswerView]:
    """The posted answers with the verdict of the test that is named after the field."""
    if exercise.predict is None or not submission.answers:
        return []
    verdicts = {test.id: test.passed for test in result.tests} if result else {}
    words = {"yes": gettext("yes"), "no": gettext("no"), "error": gettext("raises an error")}
    shown = []
    for spec in exercise.predict.fields:
        raw = str(submission.answers.get(spec.name, ""))
        answer = "None" if raw == "none" else words.get(raw, raw)
        shown.append(AnswerView(show_text(spec.label.get(locale)), answer, verdicts.get(f"test_{spec.name}")))
    return shown


def show_snippet(submission: Submission, exercise: Exercise) -> SafeString | None:
    if exercise.predict is None or submission.variant is None:
        return None
    return highlight(snippet(exercise, submission.variant))


def summarise(submission: Submission, result: Result | None) -> str:
    """One sentence for the page, the title and the screen reader."""
    if submission.status == Status.QUEUED:
        return gettext("Waiting for a free place …")
    if submission.status == Status.RUNNING:
        return gettext("Running your code …") if submission.is_run else gettext("Testing your code …")
    if submission.status == Status.ERRORED or result is None:
        return gettext(
            "We could not grade this; it is our fault, not yours, and costs you nothing. Please send it again."
        )
    counted = [test for test in result.tests if not test.advice]
    passed = sum(test.passed for test in counted)
    if result.passed:
        return gettext("All examples pass.") if submission.is_run else gettext("Passed!")
    if result.outcome != "ok":
        return outcome_text(result.outcome, current_locale())
    if result.notes and not passed:
        return gettext("Your file did not get as far as the tests.")
    return count_failures(submission, len(counted) - passed, len(counted))


def count_failures(submission: Submission, failed: int, count: int) -> str:
    """So many of so many: examples of a run, answers of a prediction, or tests."""
    if submission.is_run:
        text = ngettext("%(failed)d of %(count)d example fails.", "%(failed)d of %(count)d examples fail.", count)
    elif submission.answers is not None:
        text = ngettext(
            "%(failed)d of %(count)d answer is not right.", "%(failed)d of %(count)d answers are not right.", count
        )
    else:
        text = ngettext("%(failed)d of %(count)d test fails.", "%(failed)d of %(count)d tests fail.", count)
    return text % {"failed": failed, "count": count}
