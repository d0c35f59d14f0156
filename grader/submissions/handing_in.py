"""Taking a submission under the rules of its assignment."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from exercises.grading import MAX_SOURCE_BYTES, answers_to_source
from exercises.models import Exercise, ExerciseVersion
from grader.courses.models import Assignment, Enrollment, Role
from grader.courses.rules import Refused, decide
from grader.courses.standing import rules_of
from grader.kept_sql import KeptSql
from grader.submissions import limits
from grader.submissions.models import Purpose, Submission, create_submission
from grader.submissions.predict import Answers, Ticket, read_answers, read_ticket
from grader.submissions.tasks import enqueue


class NotTaken(Exception):
    """The rules refuse it; `.refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


class TooLong(Exception):
    """More than may be handed in; `.size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class TooOften(Exception):
    """More than the graders take of one person in a minute; `.wait_s` until the next."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class FormNotValid(Exception):
    """The ticket of a prediction is forged, another user's, or of a version that is gone."""


class AnswersNotValid(Exception):
    """Some answers cannot be read; `.answers` says which and why."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(", ".join(answers.errors))
        self.answers = answers


def take_source(
    user: Any, exercise: Exercise, assignment: Assignment | None, purpose: Purpose, source: bytes
) -> Submission:
    """Save a file and queue its grading. Raises TooLong, TooOften, NotTaken."""
    assert exercise.current is not None
    if len(source) > MAX_SOURCE_BYTES:
        raise TooLong(len(source))
    spare_the_graders(user)
    submission = hand_in(user=user, version=exercise.current, purpose=purpose, source=source, assignment=assignment)
    enqueue(submission.pk)
    return submission


def take_answers(
    user: Any, exercise: Exercise, assignment: Assignment | None, token: str, posted: QueryDict
) -> Submission:
    """Save the answers of a prediction for exactly the numbers of the signed ticket, and queue their grading.

    Raises FormNotValid, AnswersNotValid, TooOften, NotTaken, AttemptTaken.
    """
    ticket, version = read_form(user, exercise, token)
    folder = version.load()
    assert folder.predict is not None
    answers = read_answers(folder.predict.fields, posted)
    if answers.errors:
        raise AnswersNotValid(answers)
    spare_the_graders(user)
    submission = hand_in(
        user=user,
        version=version,
        purpose=Purpose.SUBMIT,
        source=answers_to_source(folder, dict(answers.values)),
        attempt=ticket.attempt,
        answers=answers.raw,
        variant=version.variants[ticket.variant],
        assignment=assignment,
    )
    enqueue(submission.pk)
    return submission


def read_form(user: Any, exercise: Exercise, token: str) -> tuple[Ticket, ExerciseVersion]:
    """What a form was shown for. Raises FormNotValid."""
    read = read_ticket(token, user, exercise.pk)
    if read is None:
        raise FormNotValid
    return read


def spare_the_graders(user: Any) -> None:
    """Raises TooOften."""
    wait_s = limits.seconds_until_next_run(user)
    if wait_s:
        raise TooOften(wait_s)


locked_roles = KeptSql(
    lambda user, course: (
        Enrollment.objects.select_for_update().filter(user=user, course=course).values_list("role", flat=True)
    ),
    int, int,
)  # fmt: skip


def hand_in(*, user: Any, assignment: Assignment | None, purpose: Purpose, **fields: Any) -> Submission:
    """Save a submission when the rules allow it. Raises NotTaken, AttemptTaken.

    Runs count for nothing and are always taken; whoever teaches is not held to the rules. A student's enrolment is
    locked while the attempts are counted and the new one is saved: of two posts at once, one takes the last attempt.
    """
    if purpose != Purpose.SUBMIT or assignment is None:
        return create_submission(user=user, assignment=assignment, purpose=purpose, **fields)
    with transaction.atomic():
        roles = locked_roles(user.pk, assignment.course_id)
        now = timezone.now()
        if roles == [Role.STUDENT]:
            rules, attempts, last_at = rules_of(user, assignment)
            ruling = decide(rules, now, attempts, last_at)
            if isinstance(ruling, Refused):
                raise NotTaken(ruling)
        return create_submission(user=user, assignment=assignment, purpose=purpose, created_at=now, **fields)
