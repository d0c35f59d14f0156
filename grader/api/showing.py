"""The pages' own figures in the API's shapes: nothing is worked out here that a page does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.utils import timezone

from exercises.models import Exercise
from grader.api import shapes
from grader.courses.models import Assignment
from grader.courses.pages import AssignmentLine, CourseLine, name_of
from grader.courses.standing import Standing
from grader.gradebook.book import Book, Line, is_missing
from grader.submissions import predict
from grader.submissions.export import plain
from grader.submissions.models import Submission
from grader.submissions.pages import build_page
from grader.submissions.results import NoteView, ResultView, TestView, current_locale, show_result

Absolute = Callable[[str], str]


def show_course(line: CourseLine, absolute: Absolute) -> shapes.Course:
    return shapes.Course(
        course=line.slug,
        title=line.title,
        role=line.role,
        assignments=line.assignments,
        next_due_at=line.next_due_at,
        is_archived=line.is_archived,
        url=absolute(line.url),
    )


def show_assignment(line: AssignmentLine, absolute: Absolute) -> shapes.Assignment:
    return shapes.Assignment(
        exercise=line.exercise,
        title=line.title,
        kind=line.kind,
        section=line.section,
        state=line.state,
        opens_at=line.opens_at,
        due_at=line.due_at,
        closes_at=line.closes_at,
        rules=line.lines,
        points=line.points,
        weight=line.weight,
        attempts=line.attempts,
        attempts_left=line.attempts_left,
        points_won=line.won,
        days_late=line.days_late,
        url=absolute(line.url),
    )


def show_exercise(user: Any, exercise: Exercise, assignment: Assignment, absolute: Absolute) -> shapes.Exercise:
    """Asking for a prediction gives the numbers of the next attempt, the same ones until it is handed in."""
    assert exercise.current is not None
    folder, locale = exercise.current.load(), current_locale()
    form = asked = None
    if folder.predict:
        ticket = predict.issue_ticket(user, exercise.current)
        form = predict.build_form(folder, exercise.current, ticket, locale)
        asked = shapes.Prediction(
            ticket=form.token,
            attempt=form.attempt,
            snippet=predict.snippet(folder, exercise.current.variants[ticket.variant]),
            questions=[shapes.Question(name=one.name, type=one.kind, label=plain(one.label)) for one in form.fields],
        )
    page = build_page(user, exercise, assignment, predict=form)
    page.stay_in(assignment.course.slug)
    progress, rules = page.progress, page.progress.rules
    return shapes.Exercise(
        course=assignment.course.slug,
        exercise=progress.slug,
        title=page.title,
        kind=progress.kind,
        section=page.section,
        tier=page.tier,
        concepts=page.concepts,
        statement=folder.statement(locale),
        entry_points=page.entry_points,
        starter=None if form else page.starter,
        prediction=asked,
        tests=[
            shapes.HiddenTest(title=plain(one.title), points=one.points, advice=one.advice) for one in progress.tests
        ],
        examples=[plain(title) for title in page.examples],
        hints=[plain(hint) for hint in progress.hints],
        max_score=progress.max_score,
        best_score=progress.best_score,
        is_passed=progress.is_passed,
        rules=rules.lines if rules else [],
        rules_now=rules.state if rules else "",
        attempts_left=rules.attempts_left if rules else None,
        wait_until=rules.wait_until if rules else None,
        url=absolute(page.url),
    )


def summarise(row: Submission, url: str) -> dict[str, Any]:
    """What a list tells of a submission."""
    return {
        "id": row.pk,
        "course": row.assignment.course.slug if row.assignment else None,
        "exercise": row.exercise.slug,
        "purpose": row.purpose,
        "attempt": row.attempt,
        "status": row.status,
        "is_final": not row.is_pending,
        "passed": row.passed,
        "score": row.score,
        "max_score": row.max_score,
        "sent_at": row.created_at,
        "finished_at": row.finished_at,
        "url": url,
    }


def show_submission(row: Submission, absolute: Absolute) -> shapes.Submission:
    """With what the submission's page shows."""
    view = show_result(row)
    return shapes.Submission(
        **summarise(row, absolute(view.url)),
        title=view.exercise_title,
        summary=view.summary,
        place=view.place,
        outcome=view.outcome,
        source=row.text if row.answers is None else None,
        question=predict.snippet(row.version.load(), row.variant) if view.snippet_html else None,
        answers=[
            shapes.AnswerGiven(question=plain(one.label), answer=one.answer, right=one.passed) for one in view.answers
        ],
        notes=[show_note(note) for note in view.notes],
        misconceptions=[
            shapes.Misconception(title=plain(idea.title), explanation=plain(idea.text)) for idea in view.ideas
        ],
        tests=[show_test(test) for test in (*view.tests, *view.advice)],
        comments=list_comments(row),
        **measured(view),
    )


def measured(view: ResultView) -> dict[str, Any]:
    names = ("stdout", "stderr", "wall_ms", "cpu_ms", "peak_mib")
    return {name: getattr(view, name) for name in names}


def show_note(note: NoteView) -> shapes.Note:
    return shapes.Note(text=plain(note.html), code=note.code, line=note.line)


def show_test(test: TestView) -> shapes.Test:
    return shapes.Test(
        title=plain(test.title),
        passed=test.passed,
        advice=test.advice,
        reached=test.reached,
        points=test.points,
        max_points=test.max_points,
        messages=[plain(message) for message in test.messages],
        hint=plain(test.hint) if test.hint else None,
        numbers=[shapes.Number(**msgspec.structs.asdict(number)) for number in test.numbers],
        call=test.call,
        stdout=test.stdout,
        traceback=test.traceback,
    )


def list_comments(row: Submission) -> list[shapes.Comment]:
    comments = row.comments.select_related("author")  # type: ignore[attr-defined]
    return [
        shapes.Comment(line=one.line, text=one.text, by=name_of(one.author) if one.author else "", at=one.made_at)
        for one in comments
    ]


def show_book(
    course: str, book: Book, lines: list[Line], slugs: dict[int, str], next_page: int | None
) -> shapes.Gradebook:
    """`lines`: those of this page. `slugs`: the exercises' names by their columns."""
    now = timezone.now()

    def show_cell(standing: Standing) -> shapes.Cell:
        return shapes.Cell(
            points=standing.points,
            earned=standing.earned,
            attempts=standing.attempts,
            days_late=standing.days_late,
            is_overridden=standing.override is not None,
            is_extended=standing.rules.is_extended,
            is_missing=is_missing(standing, now),
            submission=standing.submission,
        )

    columns = [
        shapes.Column(
            exercise=slugs[column.pk],
            title=column.title,
            section=column.section,
            max_points=column.max_points,
            weight=column.weight,
            is_open=column.is_open,
        )
        for column in book.columns
    ]
    shown = [
        shapes.Line(
            username=line.username,
            name=line.name,
            email=line.email,
            section=line.section,
            points=line.total.points,
            max_points=line.total.max_points,
            percent=line.total.percent,
            cells=[show_cell(standing) for standing in line.standings],
        )
        for line in lines
    ]
    return shapes.Gradebook(
        course=course,
        sections=[name for _pk, name in book.sections],
        columns=columns,
        lines=shown,
        students=len(book.lines),
        next_page=next_page,
    )
